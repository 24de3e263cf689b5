-- When an event was decided on, for those who watch how long it waits. Null in rows from before.
ALTER TABLE outbox ADD COLUMN created_at BIGINT;
