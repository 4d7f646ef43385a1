"""Door three: the command line, which starts processes and calls use cases."""
