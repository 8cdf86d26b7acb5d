-- The users of deliveries from before migration 20.
UPDATE webhook_deliveries AS delivery SET user_id = endpoint.user_id
    FROM webhook_endpoints AS endpoint WHERE endpoint.id = delivery.endpoint_id AND delivery.user_id IS NULL;

CREATE INDEX IF NOT EXISTS webhook_deliveries_by_user ON webhook_deliveries (user_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS webhook_deliveries_undelivered ON webhook_deliveries (user_id, created_at DESC, id DESC)
    WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS webhook_deliveries_by_task ON webhook_deliveries (task_id);
