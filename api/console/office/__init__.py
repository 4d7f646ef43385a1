"""Pages of an office's own settings: who there is, how the work is divided, the rules, and how all of it runs."""
