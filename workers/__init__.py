"""Door two: the queue's jobs and the timetable."""
