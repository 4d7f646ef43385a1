"""The watchdog: looks after the installation itself, apart from the sweep, and tells administrators of trouble."""
