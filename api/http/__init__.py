"""What every route shares: blueprint, transaction, access, problems, limits."""
