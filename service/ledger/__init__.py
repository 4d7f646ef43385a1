"""整改台账: a filtered list of findings as an Excel file, row by row, in the memory of a few rows."""
