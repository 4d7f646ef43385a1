"""Statistics: figures of findings, common problems, and a round beside the one before."""
