-- A sale writes and syncs a page for each table and each index that it adds to, so each of these went that another can
-- stand in for: payments are listed by when they were attempted, which is the order of their rows; what has no content
-- but its key and some figures is its own index; a sale's place is its row.
DROP INDEX payment_at;

ALTER TABLE exposure RENAME TO exposure_before;
CREATE TABLE exposure (
  payment TEXT PRIMARY KEY,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO exposure (payment, amount, currency, at) SELECT payment, amount, currency, at FROM exposure_before;
DROP TABLE exposure_before;

ALTER TABLE card_tag RENAME TO card_tag_before;
CREATE TABLE card_tag (
  key_id INTEGER NOT NULL,
  tag BLOB NOT NULL,
  token TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, tag)
) STRICT, WITHOUT ROWID;
INSERT INTO card_tag (key_id, tag, token, used_at) SELECT key_id, tag, token, used_at FROM card_tag_before;
DROP TABLE card_tag_before;

DROP INDEX card_use_window;
ALTER TABLE card_use RENAME TO card_use_before;
CREATE TABLE card_use (
  token TEXT NOT NULL,
  currency TEXT NOT NULL,
  at INTEGER NOT NULL,
  payment TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (token, currency, at, payment)
) STRICT, WITHOUT ROWID;
INSERT INTO card_use (token, currency, at, payment, amount)
  SELECT token, currency, at, payment, amount FROM card_use_before;
DROP TABLE card_use_before;

DROP INDEX sale_date;
DROP INDEX sale_unprinted;
ALTER TABLE sale RENAME TO sale_before;
CREATE TABLE sale (
  place INTEGER PRIMARY KEY,
  sale TEXT NOT NULL UNIQUE,
  receipt INTEGER NOT NULL,
  receipt_number TEXT NOT NULL UNIQUE,
  business_date INTEGER NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  voided INTEGER,
  printed INTEGER NOT NULL
) STRICT;
INSERT INTO sale (place, sale, receipt, receipt_number, business_date, total, currency, voided, printed)
  SELECT place, sale, receipt, receipt_number, business_date, total, currency, voided, printed FROM sale_before
  ORDER BY place;
DROP TABLE sale_before;
CREATE INDEX sale_date ON sale (business_date);
CREATE INDEX sale_unprinted ON sale (printed) WHERE printed = 0;
