-- Completed tasks with files, by what their lifetime depends on: each template's expired ones are one range. It says
-- nothing of deleted_at, so that a query that says nothing of it either cannot be answered by tasks_with_files.
CREATE INDEX IF NOT EXISTS tasks_completed_with_files ON tasks (template, ended_at)
    WHERE state = 'COMPLETED' AND files_deleted_at IS NULL;
