"""`duban people`: who there is, in which posts; what changes of them, each on record."""

import os
from typing import Any

import click

from cli.accounts import any_person, existing_person, generated_password, named_person, organization_id_of
from cli.param_types import RoleWord
from cli.people.personal_data import anonymize, export
from cli.people.tables import import_, invite
from cli.people.views import list_, show
from cli.record_options import recorded, security_administrator
from service.people import changes, posts
from service.people.access.provider_accounts import link, unlink
from service.people.access.second_factor import reset
from service.people.accounts import give_password
from service.people.adoption import join_people
from service.people.passwords import hash_password
from service.settings import load_settings
from service.store import clock
from service.store.transaction import transaction
from service.wording import word
from workflows.vocabulary import Role

ROLE = click.option("--role", type=RoleWord(), help="职务，如 督查组组长、team_head / the role")
ORGANIZATION = click.option("--organization", metavar="NAME", help="单位名称 / name of the organization")


@click.group()
def people() -> None:
    """人员。 / People."""


for command in (list_, show, import_, invite, anonymize, export):
    people.add_command(command)


@people.command()
@click.argument("username")
@click.option("--generate", is_flag=True, help="生成密码并只显示一次 / make a password and show it once")
@recorded
def password(username: str, *, generate: bool, as_: str | None, reason: str | None) -> None:
    """为用户设置新密码，其原有令牌随之失效。 / Give a new password; the tokens of the person end with the old one."""
    if generate:
        new = generated_password()
    else:
        new = click.prompt("新密码 / new password", hide_input=True, confirmation_prompt=True)
    rules = load_settings(os.environ).accounts.passwords
    hashed = hash_password(new)  # nobody waits for this, nor for what is typed
    with transaction() as session:
        actor, person = security_administrator(session, as_), existing_person(session, username)
        now = clock.now(session)
        give_password(session, person, new, rules=rules, actor=actor, now=now, reason=reason, hashed=hashed)
        name = person.username
    click.echo(f"已为 {name} 设置新密码，登录后须先修改。 / {name} has a new password, to be changed at sign-in.")
    if generate:
        click.echo(f"密码（仅显示这一次，请妥善转交）/ password, shown only now: {new}")


@people.command()
@click.argument("username")
@recorded
def second_factor(username: str, *, as_: str | None, reason: str | None) -> None:
    """重置第二步验证（设备和恢复码都丢失时），其登录随之失效。 / Take a lost second factor away; sign-ins end."""
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        reset(session, person.id, actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{username} 的第二步验证已重置。 / The second factor of {username} is taken away.")


@people.command()
@click.argument("username")
@click.option("--subject", metavar="SUB", help="该人在统一身份认证中的标识 / what the provider calls the person")
@click.option("--remove", is_flag=True, help="解除关联 / link nobody any more")
@recorded
def provider(username: str, *, subject: str | None, remove: bool, as_: str | None, reason: str | None) -> None:
    """与统一身份认证的账号关联，或解除，登录随之失效。 / Link with the provider's account, or undo it; sign-ins end."""
    if (subject is None) is not remove:
        raise click.UsageError("请给出 --subject 或 --remove 之一。 / Say one of --subject and --remove.")
    oidc = load_settings(os.environ).oidc
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        if subject is None:
            unlink(session, person.id, actor=actor, now=clock.now(session), reason=reason)
        else:
            now = clock.now(session)
            link(session, person.id, provider=oidc, subject=subject, actor=actor, now=now, reason=reason)
    done = ("已解除关联", "is linked no more") if remove else ("已关联", "is linked")
    click.echo(f"{username} 与统一身份认证{done[0]}。 / {username} {done[1]} with the provider.")


@people.command()
@click.argument("username")
@click.option("--name", help="姓名 / name")
@click.option("--email", help="邮箱，填 - 则清除 / mail address; - takes it away")
@click.option("--telephone", help="电话，填 - 则清除 / telephone; - takes it away")
@click.option("--language", type=click.Choice(["zh", "en"]), help="语言 / language")
@recorded
def change(username: str, *, as_: str | None, reason: str | None, **fields: str | None) -> None:
    """更改姓名、邮箱、电话、语言。 / Change name, mail address, telephone or language."""
    wanted = {field: None if value == "-" else value for field, value in fields.items() if value is not None}
    if not wanted:
        raise click.UsageError("请至少给出一项要更改的内容。 / Say at least one thing to change.")
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        changes.change_person(session, person.id, wanted, actor=actor, now=clock.now(session), reason=reason)
        name = person.name
    click.echo(f"{name}（{username}）的信息已更改。 / {username} has changed.")


@people.command()
@click.argument("username")
@ROLE
@ORGANIZATION
@recorded
def move(username: str, *, role: Role | None, organization: str | None, as_: str | None, reason: str | None) -> None:
    """调到别的单位或职务，原令牌和日历地址随即失效。 / To another organization or role; tokens and calendars end.

    原职务在进行中轮次里的督查组和包干区县不再归此人。
    The teams and districts that the old post had in open rounds are no longer the person's.
    """
    if role is None and organization is None:
        raise click.UsageError("请给出 --role 或 --organization。 / Say --role or --organization.")
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        where = organization_id_of(session, organization) if organization else None
        moved = changes.move_person(
            session, person.id, role=role, organization_id=where, actor=actor, now=clock.now(session), reason=reason
        )
        place = f"{moved.organization.name} {word(moved.role, 'zh')}"
    click.echo(f"{username} 现为{place}，需重新登录。 / {username} has moved and must sign in again.")


@people.command()
@click.argument("username")
@recorded
def disable(username: str, *, as_: str | None, reason: str | None) -> None:
    """停用账号：不能登录，不再收到提醒，已办事项保留。 / Close an account; what the person did stays on record."""
    with transaction() as session:
        actor, person = security_administrator(session, as_), existing_person(session, username)
        changes.close_account(session, person.id, actor=actor, now=clock.now(session), reason=reason)
        name = person.username
    click.echo(f"{name} 的账号已停用。 / The account of {name} is closed.")


@people.command()
@click.argument("username")
@recorded
def enable(username: str, *, as_: str | None, reason: str | None) -> None:
    """重新启用账号，密码不变。 / Open a closed account again; the password is the one from before."""
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        changes.open_account(session, person.id, actor=actor, now=clock.now(session), reason=reason)
        name = person.username or person.name
    click.echo(f"{name} 的账号已启用。 / The account of {name} is open.")


@people.group()
def post() -> None:
    """兼任的职务。 / Further posts of a person."""


@post.command()
@click.argument("username")
@click.option("--role", type=RoleWord(), required=True, help="职务，如 领导班子、leadership / the role")
@ORGANIZATION
@recorded
def add(username: str, **options: Any) -> None:
    """增加兼任职务，默认在本单位。 / Give a further post, in the person's own organization unless one is named."""
    person = _change_posts(posts.add_post, username, **options)
    click.echo(f"{person} 已兼任该职务。 / {person} has the post.")


@post.command()
@click.argument("username")
@click.option("--role", type=RoleWord(), required=True, help="职务 / the role")
@ORGANIZATION
@recorded
def remove(username: str, **options: Any) -> None:
    """免去兼任职务，原令牌随即失效。 / Take a further post away; tokens end."""
    person = _change_posts(posts.remove_post, username, **options)
    click.echo(f"{person} 不再兼任该职务。 / {person} no longer has the post.")


@people.command()
@click.argument("named", metavar="NAME-OR-ID")
@click.argument("username")
@recorded
def join(named: str, username: str, *, as_: str | None, reason: str | None) -> None:
    """把通知中列名的人与其账号合为一人。 / Say that somebody whom a notice names is the person of an account.

    督查组、包干区县和提醒随之转到该账号。 / Teams, districts and alerts follow to the account.
    """
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        there = named_person(session, named)
        join_people(session, there.id, person.id, actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{named} 与 {username} 已合为一人。 / {named} and {username} are one person.")


def _change_posts(
    change_posts: Any, username: str, *, role: Role, organization: str | None, as_: str | None, reason: str | None
) -> str:
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        where = organization_id_of(session, organization) if organization else person.organization_id
        change_posts(
            session, person.id, role=role, organization_id=where, actor=actor, now=clock.now(session), reason=reason
        )
        return str(person.username or person.name)
