"""Frozen results: every number with its method, interval, denominator and options."""
