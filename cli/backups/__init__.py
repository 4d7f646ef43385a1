"""`duban backup`, `duban restore` and `duban hold`."""
