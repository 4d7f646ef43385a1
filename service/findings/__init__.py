"""Findings (问题): every move that people and the clock make on them, and how they are listed and shown."""
