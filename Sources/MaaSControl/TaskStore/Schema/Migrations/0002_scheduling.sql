-- What users are entitled to. NULL: as the configuration says.
ALTER TABLE users
    ADD COLUMN weight real NOT NULL DEFAULT 1 CHECK (weight > 0),
    ADD COLUMN max_running_tasks integer CHECK (max_running_tasks >= 0),
    ADD COLUMN max_running_gpus integer CHECK (max_running_gpus >= 0),
    ADD COLUMN max_queued_tasks integer CHECK (max_queued_tasks >= 0);

-- What starts no further tasks until it is resumed.
CREATE TABLE pauses (
    scope text NOT NULL CHECK (scope IN ('all', 'class', 'template', 'user', 'node')),
    target text NOT NULL CHECK ((scope = 'all') = (target = '')),
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    PRIMARY KEY (scope, target)
);

-- A class is a place in a configured list, most urgent first.
ALTER TABLE tasks
    DROP CONSTRAINT IF EXISTS tasks_priority_check,
    ADD CONSTRAINT tasks_priority_check CHECK (priority >= 0),
    ADD COLUMN forgiven integer NOT NULL DEFAULT 0,               -- attempts that do not count: preempted ones
    ADD COLUMN nodes text[];                                      -- where the pods of the attempt are

-- What ended lately: how long tasks take is learned from it, and what users have used.
CREATE INDEX tasks_ended ON tasks (ended_at DESC) WHERE ended_at IS NOT NULL;
