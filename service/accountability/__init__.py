"""Accountability (追责): who inspected, urged and decided, what came late, what was overlooked; the centre's alone."""
