"""Inspections (督查) and self-checks (自查): each one filled-in checklist, its answers, its end and its feedback."""
