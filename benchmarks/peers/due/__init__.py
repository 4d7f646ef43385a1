"""Schedulers of the usual make, each with ten thousand deadlines that are due at once; they run in `.bench-venv`."""
