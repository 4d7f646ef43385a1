"""Requests by chance: a few in every run of the tests, thousands by `make fuzz`."""
