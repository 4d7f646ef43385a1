"""Proof that nothing was changed: chains, checkpoints, and every row compared with what was written of it."""
