-- Receipts that may not have printed are few, and asked for with every change.
CREATE INDEX sale_unprinted ON sale (place) WHERE printed = 0;
