"""Files: where evidence lies, and how files of strangers are named, recognized and read."""
