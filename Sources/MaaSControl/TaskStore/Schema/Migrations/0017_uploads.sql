ALTER TABLE uploads
    ADD COLUMN received_at timestamptz(3),  -- when a form with the file came to us; NULL: none has
    ADD COLUMN used_at timestamptz(3);      -- when a task was made that names it; NULL: none was
