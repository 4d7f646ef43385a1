"""Policy and calendar (政策、日历) while the office runs: put in force on record, after a look at what changes."""
