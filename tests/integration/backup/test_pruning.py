"""Old backups go by rule, the only good one never."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.backup.making import make_backup
from service.backup.pruning import Rule, prune, to_be_kept
from service.errors import Conflict
from tests.build.backed_up import SECRET, Office

LAST = datetime(2026, 4, 30, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_newest_of_each_day_week_and_month_is_kept() -> None:
    instants = [LAST - DAY / 2 * number for number in range(400)]
    kept = to_be_kept(instants, Rule(daily=7, weekly=5, monthly=3))
    assert max(kept) == LAST
    assert len(kept) <= 7 + 5 + 3
    assert {at.astimezone().date() for at in kept} >= {(LAST - DAY * number).astimezone().date() for number in range(7)}
    assert {(at.astimezone().year, at.astimezone().month) for at in kept} >= {(2026, 4), (2026, 3), (2026, 2)}
    assert to_be_kept(instants, Rule(daily=0, weekly=0, monthly=0)) == set()


@pytest.fixture(scope="module")
def backups(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups")
    for number in range(4):
        make_backup(office.settings, folder / f"{number}.backup", now=LAST - DAY * number, secret=SECRET)
    return folder


def copied(backups: Path, tmp_path: Path) -> Path:
    for file in backups.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_what_the_rule_keeps_stays_and_the_rest_goes(backups: Path, tmp_path: Path) -> None:
    folder = copied(backups, tmp_path)
    (folder / "letter.txt").touch()
    rule = Rule(daily=2, weekly=0, monthly=0)
    assert [path.name for path in prune(folder, rule, secret=SECRET, dry_run=True).removed] == ["2.backup", "3.backup"]
    assert len(names(folder)) == 5
    prune(folder, rule, secret=SECRET)
    assert names(folder) == ["0.backup", "1.backup", "letter.txt"]


def test_the_newest_good_one_stays_whatever_the_rule_says(backups: Path, tmp_path: Path) -> None:
    folder = copied(backups, tmp_path)
    for bad in ("0.backup", "1.backup"):
        content = (folder / bad).read_bytes()
        (folder / bad).write_bytes(content[: len(content) // 2])
    pruned = prune(folder, Rule(daily=1, weekly=0, monthly=0), secret=SECRET)
    assert [path.name for path in pruned.good] == ["2.backup"]
    assert [path.name for path in pruned.bad] == ["0.backup", "1.backup"]
    assert names(folder) == ["0.backup", "1.backup", "2.backup"]


def test_without_a_good_one_or_without_the_key_nothing_goes(backups: Path, tmp_path: Path) -> None:
    folder, rule = copied(backups, tmp_path), Rule(daily=0, weekly=0, monthly=0)
    with pytest.raises(Conflict, match="backup_needs_key"):
        prune(folder, rule)
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:-10])
    assert prune(folder, rule, secret=SECRET).removed == []
    assert len(names(folder)) == 4
