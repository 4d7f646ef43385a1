"""Closing a round: a decision on each open finding, and what goes on in the next round."""
