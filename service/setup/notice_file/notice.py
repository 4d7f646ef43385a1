"""A notice as it was read: heading, checklists and division of labour, with everything that is in doubt."""

from collections.abc import Mapping
from datetime import date

import msgspec

from service.checklists.catalogues import Catalogue
from service.setup.notice_file.provisions import Provisions


class Doubt(msgspec.Struct, frozen=True):
    """Something that a person should look at; `code` names its sentence in service/wording/notice_file.toml."""

    code: str
    place: str = ""  # the number of a row, such as 1-12, or a part of the notice
    particulars: Mapping[str, str] = {}
    stops: bool = False  # nothing can be loaded before it is put right in the file


class Team(msgspec.Struct, frozen=True):
    """督查组 (annex 3, part 2)."""

    name: str
    heads: tuple[str, ...]
    members: tuple[str, ...]
    districts: tuple[str, ...]


class Leader(msgspec.Struct, frozen=True):
    """包干责任领导 (annex 3, part 1)."""

    name: str
    districts: tuple[str, ...]


class Heading(msgspec.Struct, frozen=True):
    """What the notice says before its annexes; None where nothing was found."""

    number: str | None  # 〔2021〕35 号: 2021-35
    title: str | None
    centre: str | None  # who has issued it
    issued_on: date | None
    starts_on: date | None
    ends_on: date | None
    document_number: str | None = None  # the whole 文号: 明招考〔2027〕8号
    exam_days: tuple[date, ...] = ()


class PassedOver(msgspec.Struct, frozen=True):
    """Something that was read past: no round holds it; `code` names its sentence."""

    code: str
    place: str
    text: str  # how it begins


class Notice(msgspec.Struct, frozen=True):
    """Everything that was read, and the doubts about it."""

    heading: Heading
    checklists: tuple[Catalogue, ...]
    leaders: tuple[Leader, ...]
    teams: tuple[Team, ...]
    doubts: tuple[Doubt, ...]
    provisions: Provisions = Provisions()
    passed_over: tuple[PassedOver, ...] = ()
