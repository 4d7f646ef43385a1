"""The papers' templates: Word files that an office can edit, and how a page of PDF is set."""
