"""The sentences and the layout of the Word templates in `service/documents/templates`."""
