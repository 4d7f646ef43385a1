"""What somebody was told, as rows of a page: the words, and the page that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.alerts import alerts_with_texts
from api.console.rendering import text
from api.http.context import RequestContext


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as its reader reads it."""

    alert: Any
    text: str
    address: str | None  # of what it is about; none where there is no page for its reader
    link: str


def alert_rows(context: RequestContext, alerts: Sequence[Any]) -> list[AlertRow]:
    """Alerts as rows of a page."""
    return [_row(one["alert"], one["text"], one["path"]) for one in alerts_with_texts(context, alerts)]


def _row(alert: Any, words: str, path: str | None) -> AlertRow:
    return AlertRow(alert, words, f"/{path}" if path else None, _link(alert, path))


def _link(alert: Any, path: str | None) -> str:
    if path is None:
        return ""
    if alert.finding is not None:
        return text("alerts.open", number=alert.finding.number)
    return text(f"alerts.open_{path.split('?')[0].split('/')[0]}")
