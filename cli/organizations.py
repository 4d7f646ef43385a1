"""`duban organization`: universities, district offices and those above; what changes of them, each on record."""

import click

from cli.accounts import organization_id_of
from cli.people.views import changes_in_words
from cli.record_options import administrator, recorded
from cli.text_tables import table
from service.people import mergers
from service.people.directory import organization_names, organizations
from service.people.organizations import add_on_record, rename_or_move
from service.store import clock
from service.store.paging import LARGEST_LIMIT
from service.store.transaction import transaction
from service.wording import word
from workflows.findings.facts import OPERATOR
from workflows.journal import SubjectKind
from workflows.vocabulary import OrganizationKind

KINDS = click.Choice(OrganizationKind, case_sensitive=False)


@click.group()
def organization() -> None:
    """机构。 / Organizations."""


@organization.command("list")
@click.option("--kind", type=KINDS, help="类别 / kind")
def list_(kind: OrganizationKind | None) -> None:
    """列出机构。 / List organizations."""
    rows, cursor = [], None
    with transaction(read_only=True) as session:
        names = organization_names(session)
        while True:
            page = organizations(session, actor=OPERATOR, kind=kind, cursor=cursor, limit=LARGEST_LIMIT)
            for one in page.items:
                state = (
                    f"已并入{names[one.merged_into_id]}" if one.merged_into_id else "已撤销" if one.closed_at else ""
                )
                rows.append([one.name, word(one.kind, "zh"), names.get(one.parent_id or "", ""), state])
            if (cursor := page.next_cursor) is None:
                break
    click.echo(table(["名称", "类别", "上级", "状态"], rows))


@organization.command()
@click.argument("name")
def show(name: str) -> None:
    """一个机构的变更记录。 / What has changed of an organization."""
    with transaction(read_only=True) as session:
        lines = [*changes_in_words(session, SubjectKind.ORGANIZATION, organization_id_of(session, name))]
    click.echo("\n".join(lines) or "没有变更。 / Nothing has changed.")


@organization.command()
@click.argument("name")
@click.option("--kind", type=KINDS, required=True, help="类别 / kind")
@click.option("--parent", metavar="NAME", help="上级机构 / the one above")
@recorded
def add(name: str, *, kind: OrganizationKind, parent: str | None, as_: str | None, reason: str | None) -> None:
    """新增机构。 / Add an organization."""
    with transaction() as session:
        parent_id = organization_id_of(session, parent) if parent else None
        actor, now = administrator(session, as_), clock.now(session)
        add_on_record(session, kind=kind, name=name, parent_id=parent_id, actor=actor, now=now, reason=reason)
    click.echo(f"已新增{name}。 / {name} was added.")


@organization.command()
@click.argument("name")
@click.argument("new_name")
@recorded
def rename(name: str, new_name: str, *, as_: str | None, reason: str | None) -> None:
    """改名；已制成的公文仍用原名。 / Rename; documents keep the name that they were made with."""
    with transaction() as session:
        id_, actor = organization_id_of(session, name), administrator(session, as_)
        rename_or_move(session, id_, name=new_name, actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{name}已改名为{new_name}。 / {name} is now {new_name}.")


@organization.command()
@click.argument("name")
@click.argument("district")
@recorded
def move(name: str, district: str, *, as_: str | None, reason: str | None) -> None:
    """把高校划归另一区县。 / Put a university under another district office, with what is open of it."""
    with transaction() as session:
        id_, parent_id = organization_id_of(session, name), organization_id_of(session, district)
        actor, now = administrator(session, as_), clock.now(session)
        rename_or_move(session, id_, parent_id=parent_id, actor=actor, now=now, reason=reason)
    click.echo(f"{name}已划归{district}。 / {name} now stands under {district}.")


@organization.command()
@click.argument("name")
@click.argument("into")
@recorded
def merge(name: str, into: str, *, as_: str | None, reason: str | None) -> None:
    """并入另一机构，问题、督查、材料和人员随之转入。 / Let it become part of another, with all that it has."""
    with transaction() as session:
        id_, into_id = organization_id_of(session, name), organization_id_of(session, into)
        actor, now = administrator(session, as_), clock.now(session)
        mergers.merge_organizations(session, id_, into_id, actor=actor, now=now, reason=reason)
    click.echo(f"{name}已并入{into}。 / {name} is part of {into}.")


@organization.command()
@click.argument("name")
@recorded
def close(name: str, *, as_: str | None, reason: str | None) -> None:
    """撤销机构，有未销号问题的不能撤销。 / Close it; refused while findings of it are open."""
    with transaction() as session:
        id_, actor = organization_id_of(session, name), administrator(session, as_)
        mergers.close_organization(session, id_, actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{name}已撤销。 / {name} is closed.")


@organization.command("open")
@click.argument("name")
@recorded
def open_(name: str, *, as_: str | None, reason: str | None) -> None:
    """恢复已撤销的机构。 / Open a closed organization again."""
    with transaction() as session:
        id_, actor = organization_id_of(session, name), administrator(session, as_)
        mergers.open_organization(session, id_, actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{name}已恢复。 / {name} is open again.")
