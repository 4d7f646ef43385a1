"""`duban people anonymize`, `export`: what is held about a person taken away for good, or handed out."""

import json
from pathlib import Path

import click

from cli.accounts import any_person
from cli.record_options import recorded, security_administrator
from service.people.personal_data.anonymizing import anonymize_person
from service.people.personal_data.export import personal_data, record_export
from service.store import clock
from service.store.hash_chain import utc_text
from service.store.transaction import transaction


@click.command()
@click.argument("username")
@click.option("--force", is_flag=True, help="仍列在未结束的轮次中也办理 / also while an open round names the person")
@click.confirmation_option(prompt="去除后不能恢复，继续吗？ / This cannot be undone. Go on?")
@recorded
def anonymize(username: str, *, force: bool, as_: str | None, reason: str | None) -> None:
    """去除已离任人员的个人信息（账号须已停用，须注明事由）。 / Take away who somebody was who has left; say why.

    姓名改为“已离任人员”加序号，用户名、邮箱、电话、密码、第二步验证、令牌一并删除；已办事项和已发公文不变。
    A neutral word with a number stands for the name; what the person did and papers that were issued stay.
    """
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        now = clock.now(session)
        gone = anonymize_person(session, person.id, actor=actor, now=now, reason=reason, force=force)
        name = gone.name
    click.echo(f"{username} 的个人信息已去除，现为“{name}”。 / {username} is {name} from now on.")


@click.command()
@click.argument("username")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="写入新文件 / write a new file")
@recorded
def export(username: str, *, file: Path | None, as_: str | None, reason: str | None) -> None:
    """导出系统所存的一个人的全部个人信息（JSON），记入安全日志。 / What is held about a person, as JSON; on record.

    不含密码、密钥和他人的信息。
    No secrets, and nothing of other people.
    """
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        person_id, language, now = person.id, person.language, clock.now(session)
        record_export(session, person_id, actor=actor, now=now, reason=reason)
    with transaction(read_only=True) as session:
        kinds = personal_data(session, person_id, language=language, most=None)
    text = json.dumps({"exported_at": utc_text(now), "kinds": kinds}, ensure_ascii=False, indent=2)
    if file is None:
        click.echo(text)
        return
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text + "\n")
    click.echo(f"{username} 的个人信息已写入 {file}。 / What is held about {username} is in {file}.")
