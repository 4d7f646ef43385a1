"""Organizations, rounds, teams, and who the caller is."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import AnyOf, CorrectionBody, Day, Id, RequestSchema, Several, Text, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, on, part, several, text, word
from workflows.vocabulary import OrganizationKind, Role


class OrganizationSchema(ResponseSchema):
    """机构."""

    id = id_()
    kind = word(OrganizationKind)
    name = text()
    parent_id = id_(maybe=True)
    closed_at = at(maybe=True)
    merged_into_id = id_(maybe=True)


class OrganizationQuery(PagingQuery):
    """Which organizations are listed."""

    kind = AnyOf(Word(OrganizationKind))


class OrganizationBody(RequestSchema):
    """A new organization; a university stands under a district office, that under the centre."""

    kind = Word(OrganizationKind, required=True)
    name = Text(200, required=True)
    parent_id = Id(load_default=None, allow_none=True)
    reason = Text(2000, load_default=None)


class OrganizationChanges(CorrectionBody):
    """Another name, or for a university another district office."""

    corrected_most = "name"

    name = Text(200)
    parent_id = Id()
    reason = Text(2000)


class MergerBody(RequestSchema):
    """Which organization goes on with what the other has."""

    into_id = Id(required=True)
    reason = Text(2000, load_default=None)


class RoundSchema(ResponseSchema):
    """督查轮次."""

    id = id_()
    number = text()
    title = text()
    document_number = text(maybe=True)
    starts_on = on()
    ends_on = on()
    exam_days = several(text(metadata={"format": "date"}))
    policy_version = text()
    closed_at = at(maybe=True)


class ClosingCountsSchema(ResponseSchema):
    """What was decided of the findings that were still open, over those that the caller sees."""

    carried_over = count()
    ended = count()


class RoundViewSchema(RoundSchema):
    """督查轮次, and how it ended."""

    rest_from = "round"

    closing = part(ClosingCountsSchema, maybe=True)


class RoundBody(RequestSchema):
    """What changes of a round, at least one of them; the exam days are all of them."""

    title = Text(300)
    starts_on = Day()
    ends_on = Day()
    exam_days = Several(Day(), most=30)
    reason = Text(300)

    @validates_schema
    def _changes_something(self, data: dict[str, Any], **_: Any) -> None:
        if not set(data) - {"reason"}:
            raise ValidationError({"exam_days": ["required"]})


class MemberSchema(ResponseSchema):
    """A member of a team."""

    id = id_()
    name = text()
    role = word(Role)


class AssignmentSchema(ResponseSchema):
    """包干分工: a district of a team, with its responsible leader, if there is one."""

    district = named()
    leader = named(maybe=True)


class TeamSchema(ResponseSchema):
    """督查组."""

    rest_from = "team"

    id = id_()
    round_id = id_()
    name = text()
    members = several(part(MemberSchema))
    assignments = several(part(AssignmentSchema))


class PostSchema(ResponseSchema):
    """A post (职务) of a person: one person may have several."""

    role = word(Role)
    organization = part(OrganizationSchema)


class MeSchema(ResponseSchema):
    """The caller."""

    rest_from = "person"

    id = id_()
    username = text(maybe=True)
    name = text()
    email = text(maybe=True)
    telephone = text(maybe=True)
    role = word(Role)
    language = text()
    organization = part(OrganizationSchema)
    posts = several(part(PostSchema))
    district_ids = several(id_())
