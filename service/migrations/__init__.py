"""Alembic's revisions of the books; `service.schema` runs them."""
