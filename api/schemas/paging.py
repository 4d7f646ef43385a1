"""The query of every list that is cut into pages."""

from api.schemas.request_fields import RequestSchema, Text, WholeNumber
from service.store.paging import DEFAULT_LIMIT, LARGEST_LIMIT


class PagingQuery(RequestSchema):
    """Cursor of the page, and its length."""

    cursor = Text(1000)
    limit = WholeNumber(1, LARGEST_LIMIT, in_query=True, load_default=DEFAULT_LIMIT)
