-- Entries whose paper waits for the printer; first receipts wait in the table of sales.
CREATE TABLE print_job (
  place INTEGER PRIMARY KEY
) STRICT;

-- Copies of a receipt are counted, each is an entry.
CREATE TABLE receipt_copy (
  place INTEGER PRIMARY KEY,
  sale TEXT NOT NULL
) STRICT;

CREATE INDEX receipt_copy_sale ON receipt_copy (sale);

-- Invoices and their cancellations, in one row of numbers per epoch.
CREATE TABLE invoice (
  place INTEGER PRIMARY KEY,
  running INTEGER NOT NULL,
  invoice_number TEXT NOT NULL UNIQUE,
  sale TEXT NOT NULL,
  cancels TEXT
) STRICT;

CREATE INDEX invoice_sale ON invoice (sale);
