"""The database: connections, schema, and how rows are written, numbered and paged."""
