"""Rectification notices as callers see them: each with those of its findings that they see, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from service.errors import NotFound
from service.models import Finding, RectificationNotice
from service.people.naming import with_names
from service.scope import findings_seen
from service.store.paging import DEFAULT_LIMIT, Order, Page, page
from workflows.findings.facts import Actor

_NEWEST = Order(
    RectificationNotice.issued_at.expression,
    RectificationNotice.id.expression,
    lambda notice: notice.issued_at,
    descending=True,
)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as one caller sees it; its findings by number."""

    notice: RectificationNotice
    findings: Sequence[Finding]


def list_notices(
    session: Session, *, actor: Actor, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[NoticeView]:
    """The notices of which the actor sees at least one finding, the newest first."""
    query = (
        select(RectificationNotice)
        .where(_seen(actor))
        .options(joinedload(RectificationNotice.organization), *with_names(RectificationNotice.issued_by))
    )
    found: Page[RectificationNotice] = page(session, query, _NEWEST, cursor=cursor, limit=limit)
    return Page(_views(session, found.items, actor), found.next_cursor)


def view_notice(session: Session, notice_id: str, *, actor: Actor) -> NoticeView:
    """One of them; raises `NotFound`."""
    query = select(RectificationNotice).where(RectificationNotice.id == notice_id, _seen(actor))
    notice = session.scalar(query)
    if notice is None:
        raise NotFound("not_found")
    return _views(session, [notice], actor)[0]


def _seen(actor: Actor) -> ColumnElement[bool]:
    return select(Finding.id).where(Finding.notice_id == RectificationNotice.id, findings_seen(actor)).exists()


def _views(session: Session, notices: Sequence[RectificationNotice], actor: Actor) -> list[NoticeView]:
    query = select(Finding).where(Finding.notice_id.in_([notice.id for notice in notices]), findings_seen(actor))
    carried: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in session.scalars(query.order_by(Finding.number).execution_options(populate_existing=True)):
        carried[finding.notice_id].append(finding)
    return [NoticeView(notice, carried[notice.id]) for notice in notices]
