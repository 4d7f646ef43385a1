"""Proof that the books are whole: chains, checkpoints, and every row held against what was written of it."""
