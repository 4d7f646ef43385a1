"""Rounds: their end, what goes on in the next one, and 包干分工 while they run."""

from api.schemas.directory import MemberSchema, OrganizationSchema
from api.schemas.request_fields import Id, Part, RequestSchema, Several, Text, Word, YesNo
from api.schemas.response_fields import NumberedSchema, ResponseSchema, count, id_, named, part, several, text
from workflows.vocabulary import ClosingOutcome

MOST_DECISIONS = 2000
MOST_SHARES, MOST_MEMBERS, MOST_UNITS = 200, 100, 2000


class VerdictBody(RequestSchema):
    """What becomes of findings that are still open, and why."""

    outcome = Word(ClosingOutcome, required=True)
    reason = Text(required=True)


class ClosingDecisionBody(VerdictBody):
    """What becomes of one of them."""

    finding_id = Id(required=True)


class ClosingBody(RequestSchema):
    """A decision on every finding that is still open: one by one, and on the rest together."""

    decisions = Several(Part(ClosingDecisionBody), most=MOST_DECISIONS, load_default=list)
    rest = Part(VerdictBody, allow_none=True, load_default=None)


class CarryOverBody(RequestSchema):
    """The closed round that findings come from."""

    from_round_id = Id(required=True)


class CarriedSchema(ResponseSchema):
    """A finding, and the one of this round that it goes on as."""

    finding = part(NumberedSchema)
    successor = part(NumberedSchema)


class CarriedOverSchema(ResponseSchema):
    """What was logged again, and what was not because its district is not assigned in this round."""

    round = part(NumberedSchema)
    from_round = part(NumberedSchema)
    carried = several(part(CarriedSchema))
    left = several(part(NumberedSchema))


class WhyBody(RequestSchema):
    """Why something changes, for the record."""

    reason = Text(300)


class ShareBody(RequestSchema):
    """A district with its team and its responsible leader; null: none for now, the leadership team stands in."""

    district_id = Id(required=True)
    team_id = Id(required=True)
    leader_id = Id(allow_none=True)


class LabourBody(WhyBody):
    """The districts that get another team or leader."""

    assignments = Several(Part(ShareBody), most=MOST_SHARES, required=True)


class TeamBody(WhyBody):
    """A team of inspectors; who has the role `team_head` is its head."""

    name = Text(80, required=True)
    member_ids = Several(Id(), most=MOST_MEMBERS, load_default=list)


class TeamNameBody(WhyBody):
    """Another name of a team."""

    name = Text(80, required=True)


class MembersBody(WhyBody):
    """The members of a team, all of them."""

    member_ids = Several(Id(), most=MOST_MEMBERS, required=True)


class ParticipantsBody(WhyBody):
    """Which units take part from now on; what is open of others goes on."""

    add = Several(Id(), most=MOST_UNITS, load_default=list)
    remove = Several(Id(), most=MOST_UNITS, load_default=list)
    listed = Several(Id(), most=MOST_UNITS, data_key="only", attribute="only")
    everybody = YesNo(load_default=False)


class HandOverBody(WhyBody):
    """Who goes, and who comes."""

    from_person_id = Id(required=True)
    to_person_id = Id(required=True)


class ShareSchema(ResponseSchema):
    """包干分工: a district, its team, and its responsible leader, if there is one."""

    district = named()
    team = named()
    leader = named(maybe=True)


class TeamWithMembersSchema(ResponseSchema):
    """督查组."""

    id = id_()
    round_id = id_()
    name = text()
    members = several(part(MemberSchema))


class ParticipatingUnitSchema(ResponseSchema):
    """A unit that takes part, and the office of its district."""

    organization = part(OrganizationSchema)
    district = named()


class HandedOverSchema(ResponseSchema):
    """How much has passed to the successor."""

    districts = count(metadata={"description": "that he or she now leads"})
    teams = count(metadata={"description": "that he or she is now a member of"})
