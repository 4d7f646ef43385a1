"""`duban audit` and `duban secret-key`: proof that nothing was changed, and the keys that it rests on."""
