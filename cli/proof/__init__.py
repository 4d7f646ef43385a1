"""`duban audit`, `security-log` and `secret-key`: proof that nothing was changed, and the keys that it rests on."""
