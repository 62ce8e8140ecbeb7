-- The invoice that a credit note reduces.
ALTER TABLE invoice ADD COLUMN credits TEXT;
