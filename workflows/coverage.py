"""Coverage: which units were inspected of late, and which never (notice, part 4, paragraphs 2 and 3)."""

from datetime import date, timedelta

from workflows.vocabulary import Coverage, Light

_LIGHTS = {Coverage.INSPECTED: Light.GREEN, Coverage.NOT_INSPECTED: Light.AMBER, Coverage.NEVER: Light.RED}


def coverage(last_on: date | None, on: date, *, every_days: int) -> Coverage:
    """How it stands on that day with a unit that was last inspected on `last_on`; the last day of the term counts."""
    if last_on is None:
        return Coverage.NEVER
    return Coverage.INSPECTED if on - last_on <= timedelta(days=every_days) else Coverage.NOT_INSPECTED


def coverage_light(covered: Coverage) -> Light:
    """Red for a unit that nobody has ever inspected, amber when it was too long ago."""
    return _LIGHTS[covered]
