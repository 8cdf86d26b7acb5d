-- Keys by the time they were revoked: relays read every few seconds which were revoked lately.
CREATE INDEX IF NOT EXISTS api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
