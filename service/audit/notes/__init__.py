"""Signed notes of the checkpoints: kept outside the database, and what the database is held against."""
