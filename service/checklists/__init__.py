"""Checklists (督查表): brought into the books, listed, and when each item is due."""
