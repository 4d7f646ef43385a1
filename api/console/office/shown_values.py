"""What a form showed when it was made, carried in the form: what its sender left alone is not sent on.

So a page that is out of date undoes nothing that somebody else has changed meanwhile.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from api.console.forms import Given

SEEN = "seen"  # the field


def as_seen(known: Given) -> str:
    """What stands in the form's fields, as the text of its hidden one."""
    return json.dumps({name: _plain(value) for name, value in known.items()}, ensure_ascii=False)


def seen_in(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form that was sent had shown; nothing when it does not say."""
    try:
        seen = json.loads(form.get(SEEN, ""))
    except (ValueError, RecursionError):
        return {}
    return seen if isinstance(seen, dict) else {}


def changed_in(body: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body that are not as they were shown."""
    return {name: value for name, value in body.items() if name not in seen or _plain(value) != seen[name]}


def _plain(value: Any) -> Any:
    """A value as a form's text has it; of several the order says nothing."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return sorted(_plain(one) for one in value) if isinstance(value, list | tuple) else str(value)
