-- Of a declined payment: what the card had, less than was asked for.
ALTER TABLE payment ADD COLUMN available INTEGER;
