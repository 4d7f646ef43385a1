"""What a form showed when it was made, carried in the form: what its sender left alone is not sent on.

So a page that is out of date undoes nothing that somebody else has changed meanwhile, refused in between or not.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from api.console.forms import Given

SEEN = "seen"  # the field


def as_seen(shown: Given) -> str:
    """What stands in the form's fields, as the text of its hidden one."""
    return json.dumps({name: _plain(value) for name, value in shown.items()}, ensure_ascii=False)


def seen_in(form: Mapping[str, str], names: Collection[str]) -> dict[str, Any]:
    """What the form that was sent had shown in the fields of these names; nothing when it does not say."""
    try:
        seen = json.loads(form.get(SEEN, ""))
    except (ValueError, RecursionError):
        return {}
    said = seen if isinstance(seen, dict) else {}
    return {name: said[name] for name in names if name in said and _is_plain(said[name])}


def changed_in(body: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body that are not as they were shown."""
    return {name: value for name, value in body.items() if name not in seen or _plain(value) != seen[name]}


def shown_again(
    form: MultiDict[str, Any], known: Given, names: Collection[str], changed: Collection[str]
) -> tuple[MultiDict[str, Any], dict[str, Any]]:
    """What stands in a form that was refused, and what it says that its sender has seen in the fields of these names.

    What was typed stays, compared with what it was typed over, unless the page now says to what another has `changed`
    it; fields that were left alone show what is in force now.
    """
    seen, shown = seen_in(form, names), form.copy()
    sent = {name: form.getlist(name) if _is_several(known[name]) else form[name] for name in names if name in form}
    typed = changed_in(sent, seen)
    for name in set(names) - set(typed):
        shown.setlist(name, [*known[name]] if _is_several(known[name]) else [known[name]])
    now = {name: known[name] for name in names if name not in typed or name in changed}
    return shown, {**seen, **now}


def sent_version(form: Mapping[str, str]) -> str | None:
    """The version that was in force when the first form over it was made."""
    return form.get("version")


def seen_version(form: Mapping[str, str], now: str, refusal: Any) -> str:
    """The version that a page's forms say was seen: once another one is told of, the one `now` in force."""
    sent = sent_version(form)
    return now if sent is None or (refusal and refusal.changed) else sent


def _plain(value: Any) -> Any:
    """A value as a form's text has it, where nothing and blank are one; of several the order says nothing."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if _is_several(value):
        return sorted({one for one in map(_plain, value) if one is not None})
    return str(value).strip() or None


def _is_several(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_plain(value: Any) -> bool:
    """Whether this is what `as_seen` writes of a field."""
    several = value if isinstance(value, list) else [value]
    return value is None or all(isinstance(one, str) for one in several)
