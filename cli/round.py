"""`duban round`: organizations and rounds from a file."""

from pathlib import Path

import click

from service.setup.round_loading import LoadedRound, load_round
from service.store import clock
from service.store.transaction import transaction


@click.group("round")
def round_() -> None:
    """督查轮次。 / Rounds."""


@round_.command(epilog="示例 / example: docs/round.example.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only-organizations", is_flag=True, help="只载入机构 / add the organizations and leave the rest")
def load(file: Path, *, only_organizations: bool) -> None:
    """载入机构、轮次、督查组和包干分工，要么全部，要么都不载入。 / Add what a round's file holds, all or nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")  # Windows editors write the mark
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file} 不是 UTF-8 编码的文件，请另存为 UTF-8 后重试。 / {file} is not in UTF-8; save it so and try again."
        ) from error
    with transaction() as session:
        loaded = load_round(session, text, now=clock.now(session), only_organizations=only_organizations)
    click.echo(_summary(loaded))


def _summary(loaded: LoadedRound) -> str:
    added = loaded.organizations
    if loaded.number is None:
        return f"已新增 {added} 个机构。 / {added} organizations were added."
    number, teams, districts = loaded.number, loaded.teams, loaded.districts
    return (
        f"轮次 {number} 已载入：新增机构 {added} 个，督查组 {teams} 个，包干区县 {districts} 个。 / "
        f"Round {number} is open: {added} organizations added, {teams} teams, {districts} districts."
    )
