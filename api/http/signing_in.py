"""The answer to whoever has just proven who he or she is."""

from datetime import timedelta
from typing import Any

from flask import g

from api.http.context import RequestContext, resources
from api.http.limits import note_right_token
from api.http.token_use import here
from service.people.tokens import Terms, has_second_factor, issue_token, next_step
from service.security_log.writing import NewSecurityEntry, record_security
from workflows.credentials import TokenKind
from workflows.security import SecurityKind

CODE_WITHIN = timedelta(minutes=10)  # after the password


def answer_signed_in(context: RequestContext, person: Any) -> dict[str, Any]:
    """A new token for a person of the books, shown this once, and when it ends; the address is known from now on."""
    if has_second_factor(context.session, person.id):
        return answer_with_token(context, person, Terms(kind=TokenKind.BEGUN, expires_after=CODE_WITHIN))
    return answer_with_sign_in(context, person)


def answer_with_sign_in(context: RequestContext, person: Any) -> dict[str, Any]:
    """A token for whoever has given all that was asked for."""
    rules = resources().settings.accounts
    terms = Terms(expires_after=rules.sign_in_holds, idle_after=rules.idle_after)
    return answer_with_token(context, person, terms)


def answer_with_token(context: RequestContext, person: Any, terms: Terms) -> dict[str, Any]:
    """A new token on these terms, when it ends, and what comes before anything else."""
    rules = resources().settings.accounts
    token = issue_token(context.session, person=person, now=context.now, terms=terms, place=here())
    data = {"step": "password"} if terms.kind is TokenKind.BEGUN else {}
    entry = NewSecurityEntry(kind=SecurityKind.SIGN_IN, person_id=person.id, subject_id=person.id, data=data)
    record_security(context.session, entry, now=context.now)
    g.signed_in_id = person.id  # for the access log
    note_right_token(token)
    step = next_step(context.session, person, terms.kind, rules, now=context.now)
    return {"token": token, "expires_at": context.now + terms.expires_after, "next_step": step}
