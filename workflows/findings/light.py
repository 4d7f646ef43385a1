"""The traffic light: one function for filter, console, digest and report."""

from datetime import datetime

from workflows.vocabulary import Light, State

RED_STATES = (State.OVERDUE, State.ESCALATED)


def light(*, state: State, voided: bool, at_risk_at: datetime | None, now: datetime) -> Light:
    """Red when overdue or escalated, amber from `at_risk_at` on, else green."""
    if voided or state is State.VERIFIED:
        return Light.GREEN
    if state in RED_STATES:
        return Light.RED
    return Light.AMBER if at_risk_at and at_risk_at <= now else Light.GREEN
