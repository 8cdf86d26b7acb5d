-- What a task was made from, when it is a remix or a retry of another one.
ALTER TABLE tasks ADD COLUMN derived_from text;

-- Deleted by its user, who sees it no more. The row goes when its files are gone.
ALTER TABLE tasks ADD COLUMN deleted_at timestamptz(3);
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
