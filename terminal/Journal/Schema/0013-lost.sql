-- The bar counts with every change what a bank refused afterwards: few rows among thousands that wait.
-- Approval 3 is deferred; states 5 and 6 are declined and expired.
CREATE INDEX IF NOT EXISTS payment_lost ON payment (outcome_at) WHERE approval = 3 AND state IN (5, 6);
CREATE INDEX IF NOT EXISTS refund_refused ON refund_payment (outcome_at) WHERE state IN (5, 6);
