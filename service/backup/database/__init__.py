"""The database in a backup: one moment of it, written as a stream, and put into an empty one."""
