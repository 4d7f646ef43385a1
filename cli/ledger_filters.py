"""The filters of a ledger, as options of a command."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import click
from sqlalchemy.orm import Session

from cli.param_types import Instant, in_zone
from service.findings.list import FindingFilter
from service.ledger.filters import filter_by_names
from service.rounds.rulebooks import calendar_in_force
from workflows.vocabulary import LAST_LEVEL, Light, Severity, State

FILTERS: tuple[Callable[[Any], Any], ...] = (
    click.option("--round", "round_", metavar="NUMBER", help="督查轮次编号 / number of the round"),
    click.option("--district", metavar="NAME", help="区县招考机构 / name of the district office"),
    click.option("--unit", metavar="NAME", help="责任单位 / name of the unit"),
    click.option("--item", metavar="NUMBER", help="督查内容编号，如 1-12 / number of the checklist item"),
    click.option("--sheet", metavar="NUMBER", help="督查表编号，如 2021-35-督0001 / number of the sheet"),
    click.option("--state", type=click.Choice(State, case_sensitive=False), help="状态 / state"),
    click.option("--severity", type=click.Choice(Severity, case_sensitive=False), help="问题等级 / severity"),
    click.option("--light", type=click.Choice(Light, case_sensitive=False), help="灯 / light"),
    click.option("--level", "escalation_level", type=click.IntRange(0, LAST_LEVEL), help="上报层级 / level"),
    click.option("--awaiting-review/--not-awaiting-review", default=None, help="待复查 / awaiting review"),
    click.option("--proposed/--not-proposed", default=None, help="系统拟列 / proposed by the system"),
    click.option("--deadline-before", type=Instant(), help="整改期限早于 / deadline before"),
    click.option("--deadline-after", type=Instant(), help="整改期限晚于 / deadline after"),
    click.option("--q", metavar="WORDS", help="编号、问题、情况或地点含有 / words within"),
    click.option("--voided", is_flag=True, help="只列已作废的 / those that were voided"),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with an option for each filter of the list of findings."""
    return reduce(lambda decorated, option: option(decorated), reversed(FILTERS), command)


def filter_of(session: Session, options: dict[str, Any]) -> FindingFilter:
    """The filter of the options; instants without an offset are meant in the round's zone."""
    zone = calendar_in_force(session).zone
    instants = {name: in_zone(at, zone) for name in ("deadline_before", "deadline_after") if (at := options[name])}
    return filter_by_names(session, **{**options, **instants})
