"""Studies to and from the database."""
