-- What its user has written on a task, to find it by: names and values. NULL for none.
ALTER TABLE tasks
    ADD COLUMN labels jsonb CHECK (jsonb_typeof(labels) = 'object'),
    ADD COLUMN gpus_released_at timestamptz(3);  -- when the last attempt's pods were gone; NULL before, and of none

CREATE INDEX tasks_by_label ON tasks USING gin (labels jsonb_path_ops) WHERE labels IS NOT NULL;

-- Whoever waits for a task's end hears of it by LISTEN task_ended: the payload is its id.
CREATE FUNCTION tell_task_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('task_ended', NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER tasks_tell_ended AFTER UPDATE OF ended_at, gpus_released_at ON tasks FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL AND
        (OLD.ended_at IS DISTINCT FROM NEW.ended_at OR OLD.gpus_released_at IS DISTINCT FROM NEW.gpus_released_at))
    EXECUTE FUNCTION tell_task_ended();
