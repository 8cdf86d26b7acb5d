-- Why a dispatcher ends the attempt before its time: code, message, retryable. Written before its job is deleted, so that
-- whoever leads next knows that the job was not lost. NULL: nobody does, or its user asked for it.
ALTER TABLE tasks ADD COLUMN stop jsonb;
