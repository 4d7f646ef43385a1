"""Organizations, rounds, teams, and who the caller is."""

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import Day, RequestSchema, Several, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, on, part, several, text, word
from workflows.vocabulary import OrganizationKind, Role


class OrganizationSchema(ResponseSchema):
    """机构."""

    id = id_()
    kind = word(OrganizationKind)
    name = text()
    parent_id = id_(maybe=True)


class OrganizationQuery(PagingQuery):
    """Which organizations are listed."""

    kind = Word(OrganizationKind)


class RoundSchema(ResponseSchema):
    """督查轮次."""

    id = id_()
    number = text()
    title = text()
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


class ExamDaysBody(RequestSchema):
    """The exam days of a round, all of them."""

    exam_days = Several(Day(), most=30, required=True)


class MemberSchema(ResponseSchema):
    """A member of a team."""

    id = id_()
    name = text()
    role = word(Role)


class AssignmentSchema(ResponseSchema):
    """包干分工: a district of a team, with its responsible leader."""

    district = named()
    leader = named()


class TeamSchema(ResponseSchema):
    """督查组."""

    rest_from = "team"

    id = id_()
    round_id = id_()
    name = text()
    members = several(part(MemberSchema))
    assignments = several(part(AssignmentSchema))


class MeSchema(ResponseSchema):
    """The caller."""

    rest_from = "person"

    id = id_()
    username = text(maybe=True)
    name = text()
    role = word(Role)
    language = text()
    organization = part(OrganizationSchema)
    district_ids = several(id_())
