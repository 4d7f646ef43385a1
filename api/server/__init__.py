"""How requests come in: waitress, with deadlines, and with a token asked for before a large body is taken."""
