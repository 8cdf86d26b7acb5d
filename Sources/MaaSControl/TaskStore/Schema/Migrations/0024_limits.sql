-- Users that have limits, who are few among all that ever came: gateways and the dispatcher read them many times a
-- minute. The condition is the query's.
CREATE INDEX IF NOT EXISTS users_limited ON users (id)
    WHERE weight <> 1 OR max_running_tasks IS NOT NULL OR max_running_gpus IS NOT NULL OR max_queued_tasks IS NOT NULL;
