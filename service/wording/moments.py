"""Instants as people write them, in the zone of the round."""

from datetime import datetime, tzinfo

# strftime would follow the locale of the process
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(at: datetime, language: str, zone: tzinfo) -> str:
    """«2026年5月20日17:00», or «17:00 on Wed 20 May 2026»."""
    local = at.astimezone(zone)
    clock = f"{local.hour:02}:{local.minute:02}"
    if language == "en":
        return f"{clock} on {_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day_in_words(at, language, zone)}{clock}"


def short_moment(at: datetime, language: str, zone: tzinfo) -> str:
    """«5月20日17:00», or «20 May, 17:00»: for lines whose year is plain."""
    local = at.astimezone(zone)
    clock = f"{local.hour:02}:{local.minute:02}"
    return f"{short_day(at, language, zone)}{', ' if language == 'en' else ''}{clock}"


def short_day(at: datetime, language: str, zone: tzinfo) -> str:
    """«5月20日», or «20 May»."""
    local = at.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]}" if language == "en" else f"{local.month}月{local.day}日"


def day_in_words(at: datetime, language: str, zone: tzinfo) -> str:
    """The date of an instant: «2026年5月20日», or «20 May 2026»."""
    local = at.astimezone(zone)
    if language == "en":
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def days_between(first: datetime, last: datetime, zone: tzinfo) -> int:
    """How many midnights lie between two instants."""
    return (last.astimezone(zone).date() - first.astimezone(zone).date()).days
