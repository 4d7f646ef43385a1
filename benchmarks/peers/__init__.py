"""Small services of the usual make, that what Duban costs is held against: each does the same work, and no more."""
