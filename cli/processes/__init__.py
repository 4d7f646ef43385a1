"""Processes that look after others: how these begin, what they say, and how they end."""
