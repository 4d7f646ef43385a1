"""Who may call a route at all; what a caller may do there is for scope and law to say. No rule, no route."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, request

from api.http.context import SAFE, RequestContext, resources
from service.errors import NotAllowed
from service.people.tokens import authenticate
from workflows.administration import may_act_as
from workflows.credentials import NextStep, TokenScope
from workflows.findings.facts import Actor
from workflows.vocabulary import Role

FIRST = {  # what a caller is told whom another step awaits
    NextStep.CHANGE_PASSWORD: "change_password_first",
    NextStep.SECOND_FACTOR: "second_factor_first",
    NextStep.SET_UP_SECOND_FACTOR: "set_up_second_factor_first",
}
API = "/api/"  # below it no cookie counts: a page of another site cannot make a browser send a header
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of a route."""

    public: bool = False
    roles: frozenset[Role] = frozenset()  # none: whoever has signed in
    steps: frozenset[NextStep] = frozenset()  # before which it may be called
    own_account: bool = False  # it is about the caller's own account, which auditors have as well

    def authenticate(self, context: RequestContext) -> None:
        """Put the caller into the context; raises NotAllowed without a valid token, or with a role not listed."""
        if self.public:
            return
        context.authenticated = authenticate(
            context.session, bearer_token(), now=context.now, rules=resources().settings.accounts
        )
        credential = context.caller.credential
        if credential and credential.scope is TokenScope.READ and request.method not in SAFE:
            raise NotAllowed("token_only_reads")
        if credential and credential.next_step and credential.next_step not in self.steps:
            raise NotAllowed(FIRST[credential.next_step], next_step=credential.next_step)
        if not self._admits(context.actor):
            raise NotAllowed("not_allowed")

    def _admits(self, actor: Actor) -> bool:
        """An auditor reads what is told to be for auditors, and has an account; everything else is closed by itself."""
        if self.roles:
            return may_act_as(actor, *self.roles)
        return self.own_account or not actor.holds(Role.AUDITOR)


class RouteWithoutRule(Exception):
    """A route says nothing about who may call it."""


def public(view: View) -> View:
    """Let anybody call the route."""
    return _with_rule(view, Access(public=True))


def signed_in(view: View) -> View:
    """Let whoever has a valid token call the route, but for auditors."""
    return _with_rule(view, Access())


def signed_in_before(*steps: NextStep) -> Callable[[View], View]:
    """Let whoever has a valid token call a route of his or her own account, even before some steps of a sign-in."""
    return lambda view: _with_rule(view, Access(steps=frozenset(steps), own_account=True))


def only(*roles: Role) -> Callable[[View], View]:
    """Let whoever has a valid token and one of the roles call the route."""
    return lambda view: _with_rule(view, Access(roles=frozenset(roles)))


def rule_of(view: Callable[..., Any]) -> Access:
    """The rule of a route; raises RouteWithoutRule."""
    rule = getattr(view, "access", None)
    if not isinstance(rule, Access):
        raise RouteWithoutRule(f"{view.__module__}.{view.__qualname__} has none of public, signed_in, only(…)")
    return rule


def require_rules(app: Flask) -> None:
    """Raise RouteWithoutRule, at start, when any route has no rule."""
    for rule in app.url_map.iter_rules():
        rule_of(app.view_functions[rule.endpoint])


def open_addresses(app: Flask) -> frozenset[str]:
    """The addresses at which anybody may do more than look, whatever token comes along: sign-ins."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.methods and rule.methods - {"GET", "HEAD", "OPTIONS"})
    return frozenset(rule.rule for rule in rules if rule_of(app.view_functions[rule.endpoint]).public)


def bearer_token() -> str:
    """The token of the request: of its header, or of a page's cookie; NotAllowed `unauthenticated` without one."""
    if not request.path.startswith(API) and (token := request.cookies.get(cookie_name())):
        return token
    try:
        authorization = request.authorization
    except ValueError:  # of another kind, and no text
        authorization = None
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise NotAllowed("unauthenticated")
    return authorization.token


def cookie_name() -> str:
    """The cookie of a sign-in by pages: behind https one that no other host and no plain connection can set."""
    return "__Host-duban" if resources().settings.base_url.startswith("https:") else "duban"


def _with_rule(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # functions carry attributes, as smorest's own decorators do
    return view
