"""Results as printed tables: the same frame goes to the screen, the workbook and the paper."""
