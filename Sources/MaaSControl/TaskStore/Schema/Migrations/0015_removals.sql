-- Objects that are to be deleted: of a task that its user deleted or whose files are kept no longer, or of an upload whose
-- time is over. The row goes when they are gone and nobody can write them any more.
CREATE TABLE removals (
    id text COLLATE "C" PRIMARY KEY,                 -- of the task, or of the upload
    attempts integer NOT NULL,                       -- that the task had: each may have left objects
    object text,                                     -- the picture it came with, or what was uploaded
    writable_until timestamptz(3) NOT NULL,          -- the links of the last attempt's pods, or of the upload, end before
    due_at timestamptz(3) NOT NULL,
    looks integer NOT NULL DEFAULT 0,                -- deletions that worked
    failures integer NOT NULL DEFAULT 0,             -- since one worked
    last_error text
);

CREATE INDEX removals_due ON removals (due_at);

-- A queue of users, each with a queue of endpoints: the first finds the oldest that are ready, whoever's they are, the
-- second those of one user, and the next user. An endpoint is ready when something is due and nothing holds it back. They
-- write that the other way round, so that the planner cannot look for one user's in the first, among everybody's.
CREATE INDEX IF NOT EXISTS webhook_endpoints_ready ON webhook_endpoints ((greatest(due_at, held_until)))
    WHERE due_at IS NOT NULL AND disabled_at IS NULL;
CREATE INDEX IF NOT EXISTS webhook_endpoints_turns ON webhook_endpoints (user_id, (greatest(held_until, due_at)), id)
    WHERE due_at IS NOT NULL AND disabled_at IS NULL;
