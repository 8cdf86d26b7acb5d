-- What a key may be used for, and until when. Keys that were there before keep what they could do.
ALTER TABLE api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{submit,read}' CHECK (scopes <@ '{submit,read,admin}' AND scopes <> '{}'),
    ADD COLUMN expires_at timestamptz(3);
