"""Setting up: a new installation, and a round from its file or from the notice itself."""
