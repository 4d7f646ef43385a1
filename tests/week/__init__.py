"""The operator's week: from the wheel to a restored and upgraded office, as docs/operating.md and the units say."""
