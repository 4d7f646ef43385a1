"""Findings by words: an index of pairs of signs says which may have them, and their text says which do.

A word of nearly all is not looked up: a list comes to so many of them as it wants without going far.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Subquery,
    Uuid,
    any_,
    asc,
    column,
    desc,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from service.models import Finding, FindingWords
from service.models.words import as_digits, words_of
from service.store.bulk import insert_into
from workflows.signs import pairs, searchable

MOST = 2000  # findings that are looked at one by one: of more, a list in its own order comes to enough as soon
LOOKED_AT, OFTEN = 400, 4  # of so many that are newest, so many have the words: these are words of more
PAIRS, RAREST = 16, 4  # of words that are counted among those and as many oldest, and of these that are looked up
COMMON = 80  # of those have a pair: it tells few apart, and is looked up where no other does
_MATCHING = "SELECT rowid FROM finding_words_index WHERE finding_words_index MATCH :words"


def keep_words(session: Session, findings: Iterable[Finding]) -> None:
    """Let findings that were written be found by the words that they have now."""
    rows = [words_of(one.id, one.search_text) for one in findings]
    if rows:
        statement = insert_into(session, FindingWords)
        changed = {"pairs": statement.excluded.pairs}
        session.execute(statement.on_conflict_do_update(index_elements=["finding_id"], set_=changed), rows)


def having_words(session: Session, q: str, seen: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The conditions under which a finding has each of the words of `q` in one of its texts.

    `seen` are the findings among which they are looked for; what can be found by an index is looked up here and now.
    """
    words = searchable(q).split()
    couples = list(dict.fromkeys(word[at : at + 2] for word in words for at in range(len(word) - 1)))
    if not couples:
        return [Finding.search_text.contains(word, autoescape=True) for word in words]
    look_up = _in_gin if session.get_bind().dialect.name == "postgresql" else _in_fts
    found = look_up(session, words, couples, seen)
    exact = _stand_in(session, Finding.search_text.expression, words)
    return exact if found is None else [found, *exact]


def _stand_in(session: Session, searched: ColumnElement[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """That each of the words is in the text.

    PostgreSQL expects it of a third of all, whatever the words, and goes by the order of the list; from LIKE it would
    conclude now and then that hardly any has them, and sort all findings to find the newest.
    """
    place = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    return [place(searched, word) > 0 for word in words]


def _in_gin(
    session: Session, words: Sequence[str], couples: Sequence[str], seen: ColumnElement[bool]
) -> ColumnElement[bool] | None:
    """That a finding is one of those that have the rarest pairs; none when there are too many.

    GIN gathers all that it finds before it gives out the first, and more slowly with each pair that nearly all have.
    How common words are where the list begins is seen from the newest findings; how common pairs are from the oldest
    too, for all numbers of earlier rounds share pairs that no number has today.
    """
    texts = _newest_and_oldest(seen)
    counted = [
        func.count().filter(*_stand_in(session, texts.c.search_text, words), texts.c.is_new),
        *(func.count().filter(*_stand_in(session, texts.c.search_text, [couple])) for couple in couples[:PAIRS]),
    ]
    often, *each = session.execute(select(*counted).select_from(texts)).one()
    if often >= OFTEN:
        return None
    rarest = sorted(zip(each, couples, strict=False))[:RAREST]
    wanted = pairs(" ".join(couple for count, couple in rarest if count <= max(rarest[0][0], COMMON)))
    found = select(FindingWords.finding_id).where(FindingWords.pairs.op("@>", is_comparison=True)(wanted))
    # planned apart, for all of them: who expects many, and wants a few, reads the whole table instead
    some = found.cte().prefix_with("MATERIALIZED")
    ids = session.scalars(select(some.c.finding_id).limit(MOST + 1)).all()
    if len(ids) > MOST:
        return None
    return Finding.id == any_(literal(ids, ARRAY(Uuid(as_uuid=False))))


def _newest_and_oldest(seen: ColumnElement[bool]) -> Subquery:
    """The texts of the newest and of the oldest findings in sight, and which they are."""
    ends = []
    for is_new, order in ((True, desc), (False, asc)):
        some = select(Finding.search_text, literal(is_new).label("is_new")).where(seen)
        ends.append(some.order_by(order(Finding.created_at), order(Finding.id)).limit(LOOKED_AT).subquery())
    return union_all(*map(select, ends)).subquery()


def _in_fts(
    session: Session, _words: Sequence[str], couples: Sequence[str], _seen: ColumnElement[bool]
) -> ColumnElement[bool] | None:
    """The same on SQLite, whose index stops when it has found too many."""
    match = " AND ".join(as_digits(pairs(" ".join(couples))))
    most = select(func.count()).select_from(text(f"({_MATCHING} LIMIT :most)").bindparams(words=match, most=MOST + 1))
    if (session.scalar(most) or 0) > MOST:
        return None
    serials = text(_MATCHING).bindparams(words=match).columns(column("rowid"))
    return Finding.id.in_(select(FindingWords.finding_id).where(FindingWords.serial.in_(serials)))
