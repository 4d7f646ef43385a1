"""Weekly reports (周报): laid out ahead, counted from events, drafted, handed in, and swept when late."""
