"""What every route of this door shares: blueprint, transaction, access, problems, limits."""
