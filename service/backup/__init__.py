"""Backups of an office, whole at one moment, and offices made of them again."""
