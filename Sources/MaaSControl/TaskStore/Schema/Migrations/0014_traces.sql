-- The span that everything done for the task is part of, as W3C Trace Context writes it: traceparent. NULL where nothing
-- is recorded.
ALTER TABLE tasks ADD COLUMN traceparent text;
