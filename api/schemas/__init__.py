"""What comes in and goes out, by subject; error messages are codes of `service/wording/errors.toml`."""
