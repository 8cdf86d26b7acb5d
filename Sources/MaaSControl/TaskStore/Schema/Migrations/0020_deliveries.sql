-- Whose a delivery is. A user has an endpoint for each task with a webhook of its own, so a page of deliveries must not
-- look through all endpoints.
ALTER TABLE webhook_deliveries ADD COLUMN user_id text;

CREATE OR REPLACE FUNCTION add_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Rounded down, as the columns have milliseconds: nothing is due later than it came about.
    due timestamptz := date_trunc('milliseconds', now());
    event_type text := CASE NEW.state
        WHEN 'COMPLETED' THEN 'video.completed' WHEN 'FAILED' THEN 'video.failed' ELSE 'video.cancelled' END;
BEGIN
    -- In order, so that two that end tasks of the same user do not wait for each other.
    WITH held AS (
        SELECT id FROM webhook_endpoints
        WHERE user_id = NEW.user_id AND (task_id IS NULL OR task_id = NEW.id) AND event_type = ANY (event_types)
            AND disabled_at IS NULL
        ORDER BY id FOR NO KEY UPDATE
    ), told AS (
        UPDATE webhook_endpoints AS endpoint SET due_at = least(endpoint.due_at, due)
        FROM held WHERE endpoint.id = held.id
        RETURNING endpoint.id
    )
    INSERT INTO webhook_deliveries (endpoint_id, user_id, event_id, type, task_id, next_attempt_at)
    SELECT told.id, NEW.user_id, 'evt_' || NEW.id, event_type, NEW.id, due FROM told
    ON CONFLICT (endpoint_id, event_id) DO NOTHING;
    RETURN NULL;
END $$;
