-- Baskets that are not paid yet; parked is null for the one at the counter.
CREATE TABLE basket (
  sale TEXT PRIMARY KEY,
  parked INTEGER,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
