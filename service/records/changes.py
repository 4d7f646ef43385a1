"""Changes of people, organizations, rounds, policy and calendar: one entry each, with personal values set apart."""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from service.models import PersonalChange
from service.records.journal import NewEntry, record_entries
from workflows.vocabulary import ADMINISTRATORS

CHANGED, PERSONAL = "changed", "personal"  # keys of an entry's data
SALT_BYTES = 32


def record_change(
    session: Session,
    entry: NewEntry,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    now: datetime,
    personal: Collection[str] = (),
) -> str | None:
    """Record what differs between `before` and `after`, as JSON values by field; returns the entry's id.

    None, and nothing recorded, when nothing differs. Fields named in `personal` (names, addresses, telephone numbers)
    are kept in `PersonalChange`; the entry itself, which is hashed, holds only a salted commitment to them. The caller
    has locked the subject.
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return None
    apart = [
        PersonalChange(field=name, before=before.get(name), after=after.get(name), salt=secrets.token_hex(SALT_BYTES))
        for name in names
        if name in personal
    ]
    plain = {name: {"from": before.get(name), "to": after.get(name)} for name in names if name not in personal}
    data = {**entry.data, CHANGED: plain, PERSONAL: {one.field: commitment(one) for one in apart}}
    administrator = entry.actor.in_post(*ADMINISTRATORS)
    said = replace(entry, actor=administrator, data={key: value for key, value in data.items() if value})
    (entry_id,) = record_entries(session, [said], now=now)
    for one in apart:
        one.entry_id = entry_id
    session.add_all(apart)
    session.flush()
    return entry_id


def commitment(change: PersonalChange) -> str:
    """What an entry says of personal values without telling them: SHA-256 of salt, value before and value after."""
    text = json.dumps([change.field, change.before, change.after], ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{change.salt}\n{text}".encode()).hexdigest()
