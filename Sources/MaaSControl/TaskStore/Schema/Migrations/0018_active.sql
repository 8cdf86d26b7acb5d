-- A user's tasks that are not over, which are few: cancelling them all must not read the others.
CREATE INDEX IF NOT EXISTS tasks_active ON tasks (user_id, id) WHERE ended_at IS NULL;
