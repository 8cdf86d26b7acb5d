-- Times have milliseconds, as everywhere outside the database: a cursor made of one then compares equal to its row.

CREATE TABLE users (
    id text PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),  -- SHA-256 of the key; the key itself is never stored
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    revoked_at timestamptz(3),
    last_used_at timestamptz(3)
);

CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- Who may do what only one may do. The row stays when the lease is over, because the epoch must never go back.
CREATE TABLE leases (
    name text PRIMARY KEY,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamptz(3) NOT NULL
);

-- user_id has no foreign key: it comes from an API key, which has one, and a check on each insert would be paid for
-- by the busiest statement there is.
CREATE TABLE tasks (
    id text COLLATE "C" PRIMARY KEY,                              -- sorts by time, as bytes
    user_id text NOT NULL,
    template text NOT NULL,
    parameters jsonb NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),  -- 0 high, 1 normal, 2 low
    input jsonb,                                                  -- the picture: key, size, sha256, content_type

    state text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    attempt integer NOT NULL DEFAULT 0,                           -- runs begun
    not_before timestamptz(3),                                    -- a requeued task waits until then
    cancel_requested_at timestamptz(3),

    -- Of the current or last attempt.
    epoch bigint,                                                 -- of the dispatcher that began it
    gpus integer,
    job_name text,
    job_uid text,
    stage text,
    step integer,
    total integer,
    percent real CHECK (percent BETWEEN 0 AND 100),
    eta_s integer,
    error_code text,
    error_message text,
    result jsonb,                                                 -- the video: key, size, sha256, width, height, ...

    created_at timestamptz(3) NOT NULL,
    queued_at timestamptz(3) NOT NULL,
    started_at timestamptz(3),
    ended_at timestamptz(3),
    updated_at timestamptz(3) NOT NULL,

    CHECK ((state IN ('COMPLETED', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL))
);

CREATE INDEX tasks_queued ON tasks (priority, queued_at, id) WHERE state = 'QUEUED';
CREATE INDEX tasks_running ON tasks (id) WHERE state = 'RUNNING';
CREATE INDEX tasks_by_user ON tasks (user_id, id DESC);
