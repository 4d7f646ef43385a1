"""What the journal says of people, organizations, rules and the installation, told in the security log as well."""

from collections.abc import Mapping
from typing import Any

from service.security_log.writing import NewSecurityEntry
from workflows.journal import JournalAct, SubjectKind
from workflows.security import SecurityKind

CHANGED = "changed"  # as in `changes.py`, which stands on this
RIGHTS = {"role", "organization_id", "post"}  # what makes a change one of rights
KEYS = {  # of an entry's data, and what an entry with that key tells of
    "password": SecurityKind.PASSWORD,
    "invited_until": SecurityKind.INVITATION,
    "access_token": SecurityKind.TOKEN_MADE,
    "tokens": SecurityKind.SESSION_ENDED,
    "second_factor": SecurityKind.SECOND_FACTOR,
    "provider_account": SecurityKind.ACCOUNT_CHANGED,
}
ACTS = {
    JournalAct.ADD: SecurityKind.ACCOUNT_OPENED,
    JournalAct.ENABLE: SecurityKind.ACCOUNT_OPENED,
    JournalAct.DISABLE: SecurityKind.ACCOUNT_CLOSED,
    JournalAct.MOVE: SecurityKind.RIGHTS,
}
SUBJECTS = {
    SubjectKind.ORGANIZATION: SecurityKind.ORGANIZATION,
    SubjectKind.POLICY: SecurityKind.SETTING,
    SubjectKind.CALENDAR: SecurityKind.SETTING,
    SubjectKind.INSTALLATION: SecurityKind.UPKEEP,
}


def security_entry(row: Mapping[str, Any]) -> NewSecurityEntry | None:
    """What the security log says of a row of the journal: which fields have changed, not to what; None of others."""
    kind = _kind_of(row["subject_kind"], row["act"], row["data"])
    if kind is None:
        return None
    fields = sorted(row["data"].get(CHANGED, {}))
    data = {"entry_id": row["id"], "act": str(row["act"])} | ({"fields": fields} if fields else {})
    return NewSecurityEntry(kind=kind, person_id=row["actor_id"], subject_id=row["subject_id"], data=data)


def _kind_of(subject: SubjectKind, act: JournalAct, data: Mapping[str, Any]) -> SecurityKind | None:
    changed = set(data.get(CHANGED, ()))
    if subject is SubjectKind.ROUND:  # teams and the division of labour say who sees what
        return SecurityKind.RIGHTS if act in (JournalAct.ADD, JournalAct.CHANGE) and changed else None
    if subject is not SubjectKind.PERSON:
        return SUBJECTS.get(subject)
    of_data = [kind for key, kind in KEYS.items() if key in data]
    if of_data:
        return of_data[0]
    usual = ACTS.get(act, SecurityKind.ACCOUNT_CHANGED)
    is_new = usual is SecurityKind.ACCOUNT_OPENED and "post" not in changed
    return SecurityKind.RIGHTS if changed & RIGHTS and not is_new else usual
