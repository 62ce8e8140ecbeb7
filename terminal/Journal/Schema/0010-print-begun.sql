-- Papers of which the printer may have taken a byte: written before the first one goes, gone with the printer's word.
CREATE TABLE print_begun (
  place INTEGER PRIMARY KEY
) STRICT;
