"""The books: use cases, models, queries, and the one writer of moves."""
