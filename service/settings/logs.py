"""What is logged of requests, and how long the security log is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from service.settings.values import bad, number

LOG_NAMES = ("DUBAN_ACCESS_LOG", "DUBAN_SECURITY_LOG_DAYS")
FEWEST_DAYS, USUAL_DAYS = 184, 730  # the least: six months, whichever they are
WORDS = {"on": True, "off": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRules:
    """The rules of logs."""

    access: bool = True  # a line a request on standard error
    security_kept: timedelta = timedelta(days=USUAL_DAYS)  # two seasons


def log_rules(environ: Mapping[str, str]) -> LogRules:
    """Read the rules of logs; raises BadSettings."""
    word = environ.get("DUBAN_ACCESS_LOG", "on").strip().lower()
    if word not in WORDS:
        bad("DUBAN_ACCESS_LOG", "只能是 on 或 off，请修改", "is on or off; write one of them")
    days = number("DUBAN_SECURITY_LOG_DAYS", environ, USUAL_DAYS)
    if days < FEWEST_DAYS:
        bad(
            "DUBAN_SECURITY_LOG_DAYS",
            f"不得少于 {FEWEST_DAYS} 天（六个月），请改大",
            f"must be {FEWEST_DAYS} at least, which is six months; write more",
        )
    return LogRules(access=WORDS[word], security_kept=timedelta(days=days))
