"""The answer to whoever has just proven who he or she is."""

from datetime import timedelta
from typing import Any

from flask import g

from api.http.context import RequestContext, resources
from api.http.limits import note_right_token
from api.http.token_use import here
from service.errors import NotAllowed
from service.people.tokens import Terms, has_second_factor, issue_token, next_step
from service.security_log.writing import NewSecurityEntry, record_security
from workflows.credentials import SignInProof, TokenKind
from workflows.security import SecurityKind

CODE_WITHIN = timedelta(minutes=10)  # after the password


def answer_signed_in(
    context: RequestContext, person: Any, *, proof: SignInProof = SignInProof.PASSWORD, text: str | None = None
) -> dict[str, Any]:
    """A new token for a person of the books, shown this once, and when it ends; the address is known from now on.

    `text` is the token, if it is to be a certain one.
    """
    if proof is not SignInProof.PROVIDER_WITH_FACTOR and has_second_factor(context.session, person.id):
        terms = Terms(kind=TokenKind.BEGUN, expires_after=CODE_WITHIN, proof=proof)
        return answer_with_token(context, person, terms, text=text)
    return answer_with_sign_in(context, person, proof=proof, text=text)


def answer_with_sign_in(
    context: RequestContext, person: Any, *, proof: SignInProof | None, text: str | None = None
) -> dict[str, Any]:
    """A token for whoever has given all that was asked for."""
    rules = resources().settings.accounts
    terms = Terms(expires_after=rules.sign_in_holds, idle_after=rules.idle_after, proof=proof)
    return answer_with_token(context, person, terms, text=text)


def answer_with_token(context: RequestContext, person: Any, terms: Terms, *, text: str | None = None) -> dict[str, Any]:
    """A new token on these terms, when it ends, and what comes before anything else."""
    rules = resources().settings.accounts
    token = issue_token(context.session, person=person, now=context.now, terms=terms, place=here(), text=text)
    data = _told_of(terms)
    entry = NewSecurityEntry(kind=SecurityKind.SIGN_IN, person_id=person.id, subject_id=person.id, data=data)
    record_security(context.session, entry, now=context.now)
    g.signed_in_id = person.id  # for the access log
    note_right_token(token)
    step = next_step(context.session, person, terms.kind, rules, proof=terms.proof, now=context.now)
    return {"token": token, "expires_at": context.now + terms.expires_after, "next_step": step}


def require_sign_in(context: RequestContext) -> str:
    """The id of the caller's sign-in; NotAllowed for a program's token, which is not its owner."""
    credential = context.caller.credential
    if credential is None or credential.kind is not TokenKind.SIGN_IN:
        raise NotAllowed("sign_in_needed")
    return credential.token_id


def _told_of(terms: Terms) -> dict[str, str]:
    """What the security log says of a sign-in beside who and where."""
    by_provider = terms.proof in (SignInProof.PROVIDER, SignInProof.PROVIDER_WITH_FACTOR)
    step = {"step": "provider" if by_provider else "password"} if terms.kind is TokenKind.BEGUN else {}
    return step | ({"by": str(terms.proof)} if by_provider else {})
