"""The checklists among a notice's annexes."""

from collections.abc import Sequence

from service.checklists.catalogues import Catalogue
from service.setup.notice_file.columns import Column, columns_by_content, columns_by_header
from service.setup.notice_file.document import Table
from service.setup.notice_file.notice import Doubt
from service.setup.notice_file.rows import HEADER_WITHIN, ChecklistReader
from service.setup.notice_file.sections import MOST_ANNEXES, Section
from service.setup.notice_file.text import plain_text
from workflows.vocabulary import OrganizationKind

LONGEST_TITLE, LONGEST_CATEGORY = 200, 80
_ABOUT = {
    OrganizationKind.UNIVERSITY: ("高校", "院校", "学校", "考点"),
    OrganizationKind.DISTRICT: ("考区", "区县", "县区", "招考机构", "招办", "市区"),
}


def read_checklists(sections: Sequence[Section]) -> tuple[tuple[Catalogue, ...], list[Doubt]]:
    """The checklists in the order of their annexes."""
    found, doubts = [], list[Doubt]()
    taken = {section.annex for section in sections if section.annex}
    for section in sections:
        if not is_checklist(section):
            continue
        annex = section.annex or next(number for number in range(1, 99) if number not in taken)
        taken.add(annex)
        if section.annex is None:
            doubts.append(Doubt("annex_missing", f"附件{annex}"))
        catalogue = _catalogue(section, annex, doubts)
        if catalogue.rows:
            found.append(catalogue)
    doubts += _missing(found)
    return tuple(sorted(found, key=lambda one: one.annex)), doubts


def is_checklist(section: Section) -> bool:
    """Whether one of the tables asks questions that have a completion time."""
    return any(_asks(table) for table in section.tables)


def _asks(table: Table) -> bool:
    headers = (columns_by_header(row) for row in table.rows[:HEADER_WITHIN])
    columns = next((one for one in headers if one), None) or columns_by_content(table.rows)
    return columns is not None and Column.COMPLETION in columns


def _catalogue(section: Section, annex: int, doubts: list[Doubt]) -> Catalogue:
    title = section.title or f"附件{annex}"
    if not section.title:
        doubts.append(Doubt("annex_without_title", f"附件{annex}"))
    reader = ChecklistReader(annex, _audience(title, annex, doubts))
    for table in section.tables:
        reader.read(table)
    doubts += reader.doubts
    doubts += [
        Doubt("category_too_long", f"附件{annex}", {"category": f"{category[:20]}…"}, stops=True)
        for category in {row.category for row in reader.rows}
        if len(category) > LONGEST_CATEGORY
    ]
    return Catalogue(annex, reader.audience, title[:LONGEST_TITLE], tuple(reader.rows))


def _audience(title: str, annex: int, doubts: list[Doubt]) -> OrganizationKind:
    for kind, words in _ABOUT.items():
        if any(word in plain_text(title) for word in words):
            return kind
    kind = OrganizationKind.UNIVERSITY if annex == 1 else OrganizationKind.DISTRICT
    doubts.append(Doubt(f"audience_guessed_{kind}", f"附件{annex}", {"title": title}))
    return kind


def _missing(found: Sequence[Catalogue]) -> list[Doubt]:
    if not found:
        return [Doubt("checklists_missing", "附件", stops=True)]
    doubts = [Doubt("too_many_annexes", "附件", stops=True)] if any(one.annex > MOST_ANNEXES for one in found) else []
    missing = [kind for kind in _ABOUT if all(one.audience is not kind for one in found)]
    return doubts + [Doubt(f"no_checklist_for_{kind}", "附件") for kind in missing]
