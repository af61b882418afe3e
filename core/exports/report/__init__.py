"""A study as a report: one model, and a writer for each kind of file."""
