-- Where users want to be told of what becomes of their tasks.
CREATE TABLE webhook_endpoints (
    id text COLLATE "C" PRIMARY KEY,                 -- sorts by time, as bytes
    user_id text NOT NULL,
    task_id text COLLATE "C",                        -- of this task only, whose submission named it
    name text NOT NULL,
    url text NOT NULL,
    event_types text[] NOT NULL,

    -- What signs, sealed. NULL: the secret that the user has for such tasks.
    secret bytea,
    previous_secret bytea,                           -- signs as well until it expires
    previous_secret_expires_at timestamptz(3),

    disabled_at timestamptz(3),
    disabled_reason text,
    failing_since timestamptz(3),                    -- of the first failure after the last success
    due_at timestamptz(3),                           -- of the next delivery; NULL: none is waiting
    held_until timestamptz(3),                       -- no delivery begins before: one is on its way, or a pause was asked for

    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE INDEX webhook_endpoints_by_user ON webhook_endpoints (user_id);
-- Those of a user's own: the trigger below looks for them at each end, among those of single tasks, of which there may be many.
CREATE INDEX webhook_endpoints_own ON webhook_endpoints (user_id) WHERE task_id IS NULL;
CREATE INDEX webhook_endpoints_by_task ON webhook_endpoints (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX webhook_endpoints_due ON webhook_endpoints (due_at) WHERE due_at IS NOT NULL AND disabled_at IS NULL;

-- What each endpoint is told. The body is made from this row alone: it is the same at each try, and also when the task is
-- deleted meanwhile.
CREATE TABLE webhook_deliveries (
    id text PRIMARY KEY DEFAULT 'whd_' || replace(gen_random_uuid()::text, '-', ''),
    endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    event_id text NOT NULL,                          -- the same for all endpoints
    type text NOT NULL,
    task_id text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),

    attempts integer NOT NULL DEFAULT 0,             -- made
    next_attempt_at timestamptz(3),                  -- NULL: it is over
    delivered_at timestamptz(3),                     -- NULL, and it is over: given up
    last_attempt_at timestamptz(3),
    last_status integer,                             -- of the answer; NULL: there was none
    last_error text,
    last_duration_ms integer,

    UNIQUE (endpoint_id, event_id)
);

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (endpoint_id, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (endpoint_id, created_at DESC, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (coalesce(next_attempt_at, last_attempt_at));

-- Written in the transaction that ends the task, whoever ends it: no end is without its deliveries.
CREATE FUNCTION add_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
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
    INSERT INTO webhook_deliveries (endpoint_id, event_id, type, task_id, next_attempt_at)
    SELECT told.id, 'evt_' || NEW.id, event_type, NEW.id, due FROM told
    ON CONFLICT (endpoint_id, event_id) DO NOTHING;
    RETURN NULL;
END $$;

-- The condition is looked at before the function is called: progress, written many times a second, pays nothing.
CREATE TRIGGER tasks_tell_webhooks AFTER UPDATE OF state ON tasks FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION add_webhook_deliveries();
