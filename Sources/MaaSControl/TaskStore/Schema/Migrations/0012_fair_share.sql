-- How users stood when the dispatcher that led last wrote it down: one row, for the one that leads next.
CREATE TABLE fair_share (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    saved_at timestamptz(3) NOT NULL,
    standings jsonb NOT NULL
);
