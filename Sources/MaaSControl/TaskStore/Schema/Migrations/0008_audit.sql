-- Administrative acts: who did what, from where, and what it changed. Written in the transaction of the act itself.
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz(3) NOT NULL DEFAULT now(),
    actor text NOT NULL,                                          -- a user, or who ran a command
    key_id text,                                                  -- with which key, if with one
    source text NOT NULL,                                         -- the client's address, or the command's machine
    request_id text,
    action text NOT NULL,
    target text NOT NULL,
    before jsonb,
    after jsonb
);

CREATE INDEX audit_log_by_target ON audit_log (target, id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log can be added to, and not changed';
END $$;

CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
