"""People as administrators see and change them, and how everybody signs in."""

from api.schemas.directory import OrganizationSchema, PostSchema
from api.schemas.paging import PagingQuery
from api.schemas.request_fields import (
    Choice,
    CorrectionBody,
    Id,
    RequestSchema,
    Several,
    Text,
    WholeNumber,
    Word,
    YesNo,
)
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word, yes_no
from service.people.lines import Outcome
from service.people.list import LONGEST_UNUSED
from workflows.journal import JournalAct
from workflows.vocabulary import Role


class PersonSchema(ResponseSchema):
    """A person with all posts; `to_be_joined`: whom only a notice names, and who may be this person."""

    rest_from = "person"

    id = id_()
    username = text(maybe=True, metadata={"description": "null: named by a notice only, with no account yet"})
    name = text()
    email = text(maybe=True)
    telephone = text(maybe=True)
    language = text()
    role = word(Role)
    organization = part(OrganizationSchema)
    posts = several(part(PostSchema))
    has_password = yes_no()
    created_at = at()
    disabled_at = at(maybe=True)
    to_be_joined = several(named())


class PersonQuery(PagingQuery):
    """Which people are listed."""

    q = Text(200, metadata={"description": "within name, user name, mail address or telephone number"})
    role = Word(Role)
    organization_id = Id()
    disabled = YesNo(in_query=True)
    unused_days = WholeNumber(1, LONGEST_UNUSED, in_query=True)


class ChangeReasonBody(RequestSchema):
    """Why, for the record."""

    reason = Text(2000, load_default=None, metadata={"description": "why, for the record"})


class PersonBody(ChangeReasonBody):
    """A new person."""

    username = Text(80, required=True)
    name = Text(200, required=True)
    role = Word(Role, required=True)
    organization_id = Id(required=True)
    email = Text(254, load_default=None, allow_none=True)
    telephone = Text(40, load_default=None, allow_none=True)
    language = Choice("zh", "en", load_default="zh")


class PersonChanges(CorrectionBody):
    """What changes of a person; null takes an address or telephone number away."""

    corrected_most = "name"

    name = Text(200)
    email = Text(254, allow_none=True)
    telephone = Text(40, allow_none=True)
    language = Choice("zh", "en")
    reason = Text(2000, metadata={"description": "why, for the record"})


class AnonymizingBody(RequestSchema):
    """Why, and whether also while an open round names the person."""

    reason = Text(2000, required=True)
    force = YesNo(load_default=False)


class MoveBody(ChangeReasonBody):
    """The new main post: what is left out stays."""

    role = Word(Role, load_default=None)
    organization_id = Id(load_default=None)


class PostBody(ChangeReasonBody):
    """A further post (兼任)."""

    role = Word(Role, required=True)
    organization_id = Id(required=True)


class JoinBody(ChangeReasonBody):
    """Who, of those whom only a notice names, is this person."""

    named_id = Id(required=True)


class InvitationsBody(ChangeReasonBody):
    """Who is invited: the people named, and on request everybody without a password."""

    person_ids = Several(Id(), load_default=[], most=2000)
    all_without_password = YesNo(load_default=False)


class InvitationSchema(ResponseSchema):
    """A one-time code, shown this once."""

    person_id = id_()
    username = text()
    name = text()
    organization = text()
    code = text()
    link = text()
    expires_at = at()


class InvitationsSchema(ResponseSchema):
    """The codes of everybody who was invited."""

    items = several(part(InvitationSchema))


class AcceptanceBody(RequestSchema):
    """The code of an invitation, and the password that its owner chooses."""

    token = Text(80, required=True)
    password = Text(1000, required=True)


class PasswordBody(RequestSchema):
    """The present password and the new one."""

    current_password = Text(1000, required=True)
    new_password = Text(1000, required=True)


class FieldChangeSchema(ResponseSchema):
    """A field and its values before and after, as text."""

    field = text()
    before = text(maybe=True, data_key="from")
    after = text(maybe=True, data_key="to")


class ChangeSchema(ResponseSchema):
    """Something that has changed: who did it, when, and why."""

    at = at()
    actor = named(maybe=True)
    actor_role = word(Role)
    act = word(JournalAct)
    reason = text(maybe=True)
    changes = several(part(FieldChangeSchema))


class LineOutcomeSchema(ResponseSchema):
    """What became of a person of the table, or would become."""

    line = count()
    username = text()
    name = text()
    outcome = word(Outcome)
    changed = several(text())
    to_be_joined = several(id_())


class PeopleImportSchema(ResponseSchema):
    """What a table has done, or what a dry run says that it would do."""

    dry_run = yes_no()
    added = count()
    changed = count()
    unchanged = count()
    lines = several(part(LineOutcomeSchema))
