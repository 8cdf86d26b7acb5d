-- When the files of a task that is over were deleted because their time was over. The row stays a while longer.
ALTER TABLE tasks ADD COLUMN files_deleted_at timestamptz(3);

CREATE INDEX tasks_with_files ON tasks (state, ended_at)
    WHERE ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_without_files ON tasks (ended_at) WHERE files_deleted_at IS NOT NULL;
