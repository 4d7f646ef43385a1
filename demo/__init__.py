"""The demonstration: the notice's stories on a fast clock, and a season of invented data."""
