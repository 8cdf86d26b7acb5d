-- What makes a repeated submission the same one. A key is written with its task's row: neither is there without the
-- other.
CREATE TABLE idempotency_keys (
    user_id text NOT NULL,
    key bytea NOT NULL CHECK (octet_length(key) = 32),                  -- SHA-256 of what the client calls it
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),  -- SHA-256 of what was submitted under it
    task_id text NOT NULL,
    position integer,                                                   -- as it was answered
    takes_over boolean NOT NULL,                                        -- from an older submission
    created_at timestamptz(3) NOT NULL,                                 -- when the submission arrived
    expires_at timestamptz(3) NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- Room in the object store that a user may fill, to name it in a submission.
CREATE TABLE uploads (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL
);

CREATE INDEX uploads_by_user ON uploads (user_id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

-- How many tasks wait, so that nobody has to count them: the trigger below keeps it. A submission locks its user's rows
-- while it is compared with the limit, so that no two pass it together.
CREATE TABLE queue_depths (
    user_id text NOT NULL,
    priority smallint NOT NULL,
    waiting bigint NOT NULL,
    PRIMARY KEY (user_id, priority)
) WITH (fillfactor = 50);  -- Always the same few rows: room for their next versions beside them.

CREATE FUNCTION count_queued_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Each is sorted, so that two that count the same users do not wait for each other.
    IF TG_OP = 'INSERT' THEN
        INSERT INTO queue_depths AS depth (user_id, priority, waiting)
        SELECT user_id, priority, count(*) FROM new_tasks WHERE state = 'QUEUED'
        GROUP BY user_id, priority ORDER BY user_id, priority
        ON CONFLICT (user_id, priority) DO UPDATE SET waiting = depth.waiting + excluded.waiting;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO queue_depths AS depth (user_id, priority, waiting)
        SELECT user_id, priority, sum(change) FROM (
            SELECT user_id, priority, 1 AS change FROM new_tasks WHERE state = 'QUEUED'
            UNION ALL SELECT user_id, priority, -1 FROM old_tasks WHERE state = 'QUEUED'
        ) AS changes
        GROUP BY user_id, priority HAVING sum(change) <> 0 ORDER BY user_id, priority
        ON CONFLICT (user_id, priority) DO UPDATE SET waiting = depth.waiting + excluded.waiting;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO queue_depths AS depth (user_id, priority, waiting)
        SELECT user_id, priority, -count(*) FROM old_tasks WHERE state = 'QUEUED'
        GROUP BY user_id, priority ORDER BY user_id, priority
        ON CONFLICT (user_id, priority) DO UPDATE SET waiting = depth.waiting + excluded.waiting;
    ELSE
        DELETE FROM queue_depths;
    END IF;
    RETURN NULL;
END $$;

-- From here to the commit nobody else writes tasks, so the first count misses none.
CREATE TRIGGER tasks_count_inserted AFTER INSERT ON tasks REFERENCING NEW TABLE AS new_tasks
    FOR EACH STATEMENT EXECUTE FUNCTION count_queued_tasks();
CREATE TRIGGER tasks_count_updated AFTER UPDATE ON tasks REFERENCING OLD TABLE AS old_tasks NEW TABLE AS new_tasks
    FOR EACH STATEMENT EXECUTE FUNCTION count_queued_tasks();
CREATE TRIGGER tasks_count_deleted AFTER DELETE ON tasks REFERENCING OLD TABLE AS old_tasks
    FOR EACH STATEMENT EXECUTE FUNCTION count_queued_tasks();
CREATE TRIGGER tasks_count_truncated AFTER TRUNCATE ON tasks
    FOR EACH STATEMENT EXECUTE FUNCTION count_queued_tasks();

INSERT INTO queue_depths (user_id, priority, waiting)
SELECT user_id, priority, count(*) FROM tasks WHERE state = 'QUEUED' GROUP BY user_id, priority;
