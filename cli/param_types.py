"""Types of command-line parameters: instants."""

from datetime import datetime, tzinfo

import click

YEARS = range(1970, 2101)  # beyond, calendars and time zones cannot be counted in


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; naive when it was typed without an offset, see `in_zone`."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} 不是时间，请写成 2026-05-20T17:00 或 2026-05-20T17:00+08:00。 / "
                "is no instant; write 2026-05-20T17:00 or 2026-05-20T17:00+08:00.",
                param,
                ctx,
            )
        if instant.year not in YEARS:
            first, last = YEARS[0], YEARS[-1]
            self.fail(
                f"{value!r} 超出范围，请给出 {first} 年至 {last} 年之间的时间。 / "
                f"is out of range; give an instant between {first} and {last}.",
                param,
                ctx,
            )
        return instant


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """The instant; one typed without an offset is meant in that zone."""
    return at if at.tzinfo else at.replace(tzinfo=zone)
