"""The study in the forms that other programs read."""
