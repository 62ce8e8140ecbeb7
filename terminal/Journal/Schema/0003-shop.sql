-- What a shop does beside selling: products edited here, goods on their way, shifts, figures of reports, customers.
-- As in 0001, whatever names a person is inside an encrypted value.

ALTER TABLE product ADD COLUMN low_stock_at INTEGER;

-- A product as the feed last said it, and per field the moment of the edit that holds; product is what results of it with
-- the own edits that it does not contain yet.
CREATE TABLE product_base (
  sku TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  edited TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE product_edit (
  sku TEXT NOT NULL,
  place INTEGER NOT NULL,
  moment TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (sku, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_conflict (
  sku TEXT PRIMARY KEY,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Goods between stores: each part once, whether it is an own entry or came with the feed.
CREATE TABLE transfer_part (
  transfer TEXT NOT NULL,
  entry TEXT NOT NULL,
  sender TEXT NOT NULL,
  receiver TEXT NOT NULL,
  arrival INTEGER NOT NULL,
  last INTEGER NOT NULL,
  at INTEGER NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (transfer, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
  shift TEXT PRIMARY KEY,
  opened INTEGER NOT NULL UNIQUE,
  closed INTEGER,
  opened_with INTEGER NOT NULL,
  expected INTEGER,
  counted INTEGER,
  currency TEXT NOT NULL
) STRICT;

CREATE INDEX shift_open ON shift (opened) WHERE closed IS NULL;

-- What each entry did to the cash in the drawer.
CREATE TABLE drawer (
  place INTEGER PRIMARY KEY,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL
) STRICT;

-- Totals of reports: per business date and dimension (FigureDimension) one row per key.
CREATE TABLE figure (
  date INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  key TEXT NOT NULL,
  currency TEXT NOT NULL,
  count INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (date, dimension, key, currency)
) STRICT, WITHOUT ROWID;

-- Entries from before this table: counted up to done, until the row goes with the last one.
CREATE TABLE figure_backlog (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  done INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;

INSERT INTO figure_backlog (only, done, until)
  SELECT 1, 0, max(place) FROM entry WHERE true GROUP BY 1 HAVING max(place) IS NOT NULL;

CREATE TABLE cashier (
  number INTEGER PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE customer (
  customer TEXT PRIMARY KEY,
  sealed BLOB,
  written INTEGER NOT NULL,
  erased INTEGER NOT NULL,
  merged_into TEXT,
  points INTEGER NOT NULL,
  lifetime INTEGER NOT NULL,
  recent TEXT NOT NULL
) STRICT;

CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- Own movements of points, and through which own number the feed's points contain them.
CREATE TABLE customer_points (
  customer TEXT NOT NULL,
  place INTEGER NOT NULL,
  points INTEGER NOT NULL,
  lifetime INTEGER NOT NULL,
  redeemed INTEGER NOT NULL,
  PRIMARY KEY (customer, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_applied (
  customer TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (customer, epoch)
) STRICT, WITHOUT ROWID;
