"""People and organizations: accounts, passwords, and who stands under whom."""
