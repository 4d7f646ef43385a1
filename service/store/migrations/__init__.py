"""Alembic's revisions of the books; `service.store.schema` runs them."""
