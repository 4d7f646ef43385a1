"""What people hold to get in, as they and administrators see and end it."""
