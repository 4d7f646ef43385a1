"""Inspections (督查) and self-checks (自查): sheets over a checklist, their answers, their end and their feedback."""
