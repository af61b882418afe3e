"""Arteria's core: from a hospital's spreadsheet to results. Knows nothing of the screen."""
