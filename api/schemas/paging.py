"""What every list understands."""

from api.schemas.fields import Strict, Text, Whole
from service.store.paging import DEFAULT_LIMIT, LARGEST_LIMIT


class PagingQuery(Strict):
    """Where a page begins, and how long it is."""

    cursor = Text(1000)
    limit = Whole(1, LARGEST_LIMIT, in_query=True, load_default=DEFAULT_LIMIT)
