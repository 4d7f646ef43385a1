"""What developers run to redraw what is committed: not shipped in the wheel."""
