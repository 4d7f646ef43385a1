"""整改台账: what an import says."""

from api.schemas.request_fields import Id, RequestSchema, YesNo
from api.schemas.response_fields import ResponseSchema, count, part, several, text, yes_no


class ImportQuery(RequestSchema):
    """How a table is imported."""

    dry_run = YesNo(in_query=True, metadata={"description": "Say what would happen, and change nothing."})
    round_id = Id(metadata={"description": "The round of new findings; without it the only one that runs."})


class CellFaultSchema(ResponseSchema):
    """A cell that cannot be accepted."""

    sheet = text()
    cell = text(metadata={"description": "as Excel calls it: C7"})
    column = text(metadata={"description": "its heading"})
    message = text()


class ImportSchema(ResponseSchema):
    """What an import has done, or what a dry run says that it would do: with errors, nothing at all."""

    rest_from = "done"

    dry_run = yes_no()
    added = count()
    updated = count()
    unchanged = count()
    errors = several(part(CellFaultSchema))
    more_errors = count(metadata={"description": "errors beyond those that are listed"})
    warnings = several(part(CellFaultSchema))  # cells whose pictures are not imported
