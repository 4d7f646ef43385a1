"""The file of a round: an office's organizations, and annex 3 of the notice, read and checked before it is loaded."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from service.checklists import catalogues
from service.errors import InvalidInput
from workflows.vocabulary import OrganizationKind

_LINE = r"\A\S([^\x00-\x1f\x7f]*\S)?\Z"  # one line of text, without space around it
Name = Annotated[str, msgspec.Meta(max_length=200, pattern=_LINE)]
ShortName = Annotated[str, msgspec.Meta(max_length=80, pattern=_LINE)]
Number = Annotated[str, msgspec.Meta(max_length=40, pattern=_LINE)]
Title = Annotated[str, msgspec.Meta(max_length=300, pattern=_LINE)]


Units = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: unknown keys are errors."""


class RoundTable(_Table, frozen=True):
    """`[round]`: the notice in force."""

    number: Number
    title: Title
    starts_on: date
    ends_on: date
    exam_days: tuple[date, ...] = ()
    document_number: ShortName | None = None  # the whole 文号, as papers cite it
    checklists: Number | None = None  # the number of a notice whose checklists are shipped
    units: Units | None = None  # only these take part; none: all of the assigned districts
    without: Units | None = None  # all take part but these; not beside `units`


class OrganizationTable(_Table, frozen=True):
    """`[[organizations]]`: with its parent by name: a district office's centre, a university's district office."""

    kind: OrganizationKind
    name: Name
    parent: Name | None = None


class TeamTable(_Table, frozen=True):
    """`[[teams]]`: annex 3, part 2; members by user name."""

    name: ShortName
    members: tuple[Name, ...]


class AssignmentTable(_Table, frozen=True):
    """`[[assignments]]`: a district office, its one team, and its one leader by user name, or none yet."""

    district: Name
    team: ShortName
    leader: Name | None = None


class RoundFile(_Table, frozen=True):
    """The whole file; without a round it only adds organizations."""

    round: RoundTable | None = None
    organizations: tuple[OrganizationTable, ...] = ()
    teams: tuple[TeamTable, ...] = ()
    assignments: tuple[AssignmentTable, ...] = ()


def read_round_file(text: str) -> RoundFile:
    """Read a round from TOML; InvalidInput names each place that is wrong."""
    try:
        file = msgspec.convert(tomllib.loads(text), RoundFile)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:  # ValueError: no TOML, or a number too long
        detail, _, place = str(error).partition(" - at ")
        raise InvalidInput({place.strip("`").removeprefix("$.") or "TOML": "file_form"}, detail=detail) from error
    if wrong := _errors(file):
        raise InvalidInput(wrong)
    return file


def _errors(file: RoundFile) -> dict[str, str]:
    """Errors that the types cannot show, by place in the file."""
    listed: dict[str, Sequence[str]] = {
        "[[organizations]]": [table.name for table in file.organizations],
        "[[teams]]": [table.name for table in file.teams],
        "[[assignments]]": [table.district for table in file.assignments],
        "[round] units": (file.round and file.round.units) or (),
        "[round] without": (file.round and file.round.without) or (),
    }
    wrong: dict[str, str] = {}
    for where, names in listed.items():
        wrong |= {f"{where} {name}": "duplicate" for name, times in Counter(names).items() if times > 1}
    for table in file.assignments:
        if table.team not in listed["[[teams]]"]:
            wrong[f"[[assignments]] {table.district} · team {table.team}"] = "unknown_team"
    return wrong | _round_errors(file)


def _round_errors(file: RoundFile) -> dict[str, str]:
    """A round needs its division of labour, which nothing adds later, and cannot be missing where there is one."""
    wrong = {}
    if file.round is None:
        if file.teams or file.assignments or not file.organizations:
            wrong["[round]"] = "required"
        return wrong
    if not file.assignments:
        wrong["[[assignments]]"] = "required"
    if file.round.checklists not in (None, *catalogues.names()):
        wrong["[round] checklists"] = "unknown_catalogue"
    if file.round.units and file.round.without:
        wrong["[round] without"] = "units_or_without"
    if file.round.ends_on < file.round.starts_on:
        wrong["[round] ends_on"] = "ends_before_start"
    return wrong
