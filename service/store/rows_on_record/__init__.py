"""What each commit leaves on record of the rows that it changed: which those are, and their digests."""
