"""What people hold to get in: sign-ins and tokens."""
