CREATE TABLE refund_payment (
  refund        TEXT    NOT NULL PRIMARY KEY,
  sale          TEXT    NOT NULL,
  place         INTEGER NOT NULL,
  amount        INTEGER NOT NULL,
  currency      TEXT    NOT NULL,
  state         INTEGER NOT NULL,
  response_code TEXT,
  outcome_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX refund_payment_sale ON refund_payment (sale, place);
