-- The journal and the tables that move with it. A place is epoch * 2^40 + number: one integer orders all entries of all
-- epochs and is the row's own key. Times are Unix milliseconds, UTC; amounts are minor units; ids are 32 hex digits.
-- Only entry, attachment and value hold content, each encrypted; every other table holds figures and keys.

CREATE TABLE enrolment (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  terminal TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  merchant TEXT NOT NULL,
  store TEXT NOT NULL,
  merchant_name TEXT NOT NULL,
  store_address TEXT NOT NULL,
  currency TEXT NOT NULL,
  back_office TEXT NOT NULL,
  root_key TEXT NOT NULL,
  device_key TEXT NOT NULL
) STRICT;

-- hash is of the clear bytes, so that the chain can be walked without a key; it says nothing about them.
CREATE TABLE entry (
  place INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE attachment (
  place INTEGER NOT NULL REFERENCES entry (place),
  item INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (place, item)
) STRICT;

-- number and hash: where forwarding goes on. proven: the highest number ever acknowledged; only up to it may anything go.
CREATE TABLE acknowledged (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  proven INTEGER NOT NULL,
  at INTEGER NOT NULL,
  wall_skew INTEGER NOT NULL,
  seen_place INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  jws TEXT NOT NULL
) STRICT;

CREATE TABLE payment (
  payment TEXT PRIMARY KEY,
  sale TEXT NOT NULL,
  attempted INTEGER,
  finished INTEGER,
  receipt_number TEXT,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  online INTEGER NOT NULL,
  approval INTEGER NOT NULL,
  state INTEGER NOT NULL,
  response_code TEXT,
  authorisation_code TEXT,
  retrieval_reference TEXT,
  at INTEGER NOT NULL,
  outcome_at INTEGER
) STRICT;

CREATE INDEX payment_open ON payment (attempted) WHERE finished IS NULL;
CREATE INDEX payment_at ON payment (at);

-- Deferred payments without an outcome: one row each, gone when the outcome arrives or the sale is voided.
CREATE TABLE exposure (
  payment TEXT PRIMARY KEY,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- A card is recognised by a tag under a key made on this terminal, and known everywhere else by its random token.
CREATE TABLE velocity_key (
  key_id INTEGER PRIMARY KEY,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE card_tag (
  key_id INTEGER NOT NULL,
  tag BLOB NOT NULL,
  token TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, tag)
) STRICT;

CREATE TABLE card_use (
  payment TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX card_use_token ON card_use (token);

CREATE TABLE sale (
  sale TEXT PRIMARY KEY,
  place INTEGER NOT NULL UNIQUE,
  receipt INTEGER NOT NULL,
  receipt_number TEXT NOT NULL UNIQUE,
  business_date INTEGER NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  voided INTEGER,
  printed INTEGER NOT NULL
) STRICT;

CREATE INDEX sale_date ON sale (business_date, place);

CREATE TABLE movement (
  sku TEXT NOT NULL,
  place INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (sku, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_report (
  report INTEGER PRIMARY KEY,
  place INTEGER NOT NULL
) STRICT;

-- From the feed.
CREATE TABLE product (
  sku TEXT PRIMARY KEY,
  ean TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  price INTEGER NOT NULL,
  currency TEXT NOT NULL,
  tax_basis_points INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL
) STRICT;

CREATE INDEX product_ean ON product (ean);

CREATE TABLE level (
  store TEXT NOT NULL,
  sku TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (store, sku)
) STRICT, WITHOUT ROWID;

-- Through which number of this terminal's own epochs the level of its own store already contains the movements.
CREATE TABLE level_applied (
  sku TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (sku, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE trading_day (
  date INTEGER PRIMARY KEY,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  offset_minutes INTEGER NOT NULL
) STRICT;

CREATE TABLE feed_cursor (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  cursor TEXT NOT NULL
) STRICT;

-- Whole documents by name: policy, deny list, key list.
CREATE TABLE value (
  name TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;
