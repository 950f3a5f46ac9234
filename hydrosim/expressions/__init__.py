"""Numbers as expressions: known before the run they fold, else they become instructions."""
