"""Readiness (落实情况): how far every unit is with its checklist, who inspected it, and what the clock proposes."""
