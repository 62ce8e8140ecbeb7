-- Where a journal begins since its oldest entries were deleted: number and hash of the last deleted one, the last receipt
-- number among them, and the signed acknowledgement that covers them.
CREATE TABLE pruned (
  epoch INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  receipt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  acknowledgement TEXT NOT NULL
) STRICT;

-- The last acknowledgement of a journal that the next enrolment has closed.
CREATE TABLE closed_epoch (
  epoch INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  acknowledgement TEXT NOT NULL
) STRICT;
