CREATE TABLE refund (
  refund   TEXT    NOT NULL PRIMARY KEY,
  sale     TEXT    NOT NULL,
  place    INTEGER NOT NULL,
  total    INTEGER NOT NULL,
  currency TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX refund_sale ON refund (sale, place);
