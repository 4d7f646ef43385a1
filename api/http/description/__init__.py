"""The description of the API, for generators of clients: names, texts, examples, one class for each choice."""

from api.http.description.document import complete

__all__ = ["complete"]
