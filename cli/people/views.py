"""`duban people list` and `show`: people as a table, and one of them with everything that has changed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click
from sqlalchemy.orm import Session

from cli.accounts import any_person, organization_id_of
from cli.param_types import NumberOfDays, RoleWord
from cli.text_tables import table
from service.people.directory import organization_names
from service.people.list import LONGEST_UNUSED, PersonFilter, changes_of, people
from service.rounds.rulebooks import calendar_in_force
from service.store import clock
from service.store.paging import LARGEST_LIMIT
from service.store.transaction import transaction
from service.wording import moment, word
from workflows.findings.facts import OPERATOR
from workflows.journal import SubjectKind
from workflows.vocabulary import Role

_FIELDS = {
    "username": "用户名",
    "name": "姓名",
    "email": "邮箱",
    "telephone": "电话",
    "language": "语言",
    "role": "职务",
    "organization_id": "单位",
    "disabled_at": "停用时间",
    "post": "兼任",
    "parent_id": "上级",
    "kind": "类别",
    "closed_at": "撤销时间",
    "merged_into_id": "并入",
}
_NOBODY = "命令行 / the command line"


@click.command("list")
@click.option("--q", metavar="WORDS", help="姓名、用户名、邮箱或电话含有 / words within")
@click.option("--role", type=RoleWord(), help="职务 / the role")
@click.option("--organization", metavar="NAME", help="单位名称 / name of the organization")
@click.option("--disabled/--enabled", default=None, help="只列已停用的或在用的 / closed accounts alone, or open ones")
@click.option(
    "--unused-for", type=NumberOfDays(LONGEST_UNUSED), help="多久没有使用的账号，如 90d / accounts not used for so long"
)
def list_(
    *, q: str | None, role: Role | None, organization: str | None, disabled: bool | None, unused_for: timedelta | None
) -> None:
    """列出人员及其职务。 / List people and their posts."""
    with transaction(read_only=True) as session:
        since = clock.now(session) - unused_for if unused_for else None
        where = organization_id_of(session, organization) if organization else None
        wanted = PersonFilter(q=q, role=role, organization_id=where, disabled=disabled, unused_since=since)
        rows = [_row(person) for person in _everybody(session, wanted)]
    click.echo(table(["用户名", "姓名", "单位", "职务", "邮箱", "电话", "状态"], rows))
    click.echo(f"共 {len(rows)} 人。 / {len(rows)} people.")


@click.command()
@click.argument("username")
def show(username: str) -> None:
    """一个人的信息、全部职务和变更记录。 / One person: all posts, and everything that has changed."""
    with transaction(read_only=True) as session:
        person = any_person(session, username)
        headings = ["用户名", "姓名", "单位", "职务", "邮箱", "电话", "状态"]
        click.echo("\n".join(f"{heading}：{cell}" for heading, cell in zip(headings, _row(person), strict=True)))
        click.echo("变更 / changes:")
        for line in changes_in_words(session, SubjectKind.PERSON, person.id):
            click.echo(f"  {line}")


def changes_in_words(session: Session, kind: SubjectKind, subject_id: str) -> Iterator[str]:
    """The changes of a person or an organization, a line for each, the newest first."""
    zone, names = calendar_in_force(session).zone, organization_names(session)
    page = changes_of(session, kind, subject_id, actor=OPERATOR, limit=LARGEST_LIMIT)
    for one in page.items:
        entry = one.entry
        who = entry.actor.name if entry.actor else _NOBODY
        labels = {**_FIELDS, "name": "名称"} if kind is SubjectKind.ORGANIZATION else _FIELDS
        what = "；".join(
            f"{labels.get(of.field, of.field)} {_shown(of.before, names)} → {_shown(of.after, names)}"
            for of in one.changes
            if not of.field.endswith("_at")  # the act says it
        )
        why = f"（{entry.reason}）" if entry.reason else ""
        yield f"{moment(entry.at, 'zh', zone)} {who} {word(entry.act, 'zh')} {what}{why}".rstrip()


def _everybody(session: Session, wanted: PersonFilter) -> Iterator[Any]:
    cursor = None
    while True:
        page = people(session, wanted, actor=OPERATOR, cursor=cursor, limit=LARGEST_LIMIT)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _row(person: Any) -> list[str]:
    posts = [word(person.role, "zh")]
    posts += [f"{_elsewhere(person, post)}{word(post.role, 'zh')}" for post in person.posts]
    state = "已停用" if person.disabled_at else "" if person.username else "仅列名，无账号"
    if not state and not person.password_hash:
        state = "未设密码"
    addresses = [person.email or "", person.telephone or ""]
    return [
        person.username or "—",
        person.name,
        person.organization.name,
        "、".join(posts),
        *addresses,
        state or "在用",
    ]


def _elsewhere(person: Any, post: Any) -> str:
    return "" if post.organization_id == person.organization_id else f"{post.organization.name} "


def _shown(value: Any, names: dict[str, str]) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict):
        return " ".join(_shown(one, names) for one in value.values())
    return names.get(value) or (word(Role(value), "zh") if value in set(Role) else str(value))
