"""Bugs planted in copies of the tree, to see that tests fail with them: `make planted`."""
