"""Example study and the package that makes it."""
