-- Tasks that end in one transaction write their user's endpoints once, not once each: whoever looks for endpoints that
-- are due walks the dead versions of their rows until they are vacuumed.
CREATE OR REPLACE FUNCTION add_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Rounded down, as the columns have milliseconds: nothing is due later than it came about.
    due timestamptz := date_trunc('milliseconds', now());
    event_type text := CASE NEW.state
        WHEN 'COMPLETED' THEN 'video.completed' WHEN 'FAILED' THEN 'video.failed' ELSE 'video.cancelled' END;
BEGIN
    -- In order, so that two that end tasks of the same user do not wait for each other.
    WITH held AS (
        SELECT id, due_at FROM webhook_endpoints
        WHERE user_id = NEW.user_id AND (task_id IS NULL OR task_id = NEW.id) AND event_type = ANY (event_types)
            AND disabled_at IS NULL
        ORDER BY id FOR NO KEY UPDATE
    ), told AS (
        -- By what was locked: the endpoint itself is looked at as it was before waiting for the lock.
        UPDATE webhook_endpoints AS endpoint SET due_at = due
        FROM held WHERE endpoint.id = held.id AND (held.due_at IS NULL OR held.due_at > due)
    )
    INSERT INTO webhook_deliveries (endpoint_id, user_id, event_id, type, task_id, next_attempt_at)
    SELECT held.id, NEW.user_id, 'evt_' || NEW.id, event_type, NEW.id, due FROM held
    ON CONFLICT (endpoint_id, event_id) DO NOTHING;
    RETURN NULL;
END $$;
