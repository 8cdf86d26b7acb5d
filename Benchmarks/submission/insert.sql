-- pgbench: the row that a submission makes, one commit each.
INSERT INTO peer_tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at)
VALUES (gen_random_uuid()::text, 'local', 'demo',
    '{"pace": 0.4, "size": "832x480", "steps": 20, "frames": 49, "prompt": "A paper boat drifting down a rain-washed street, evening light"}',
    1, 'QUEUED', now(), now(), now());
