"""Who may call a route at all; what a caller may do there is for scope and law to say. No rule, no route."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, request

from api.http.context import RequestContext
from service.errors import NotAllowed
from service.people.tokens import authenticate
from workflows.vocabulary import Role

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of a route."""

    public: bool = False
    roles: frozenset[Role] = frozenset()  # none: whoever has signed in

    def authenticate(self, context: RequestContext) -> None:
        """Put the caller into the context; raises NotAllowed without a valid token, or with a role not listed."""
        if self.public:
            return
        context.authenticated = authenticate(context.session, bearer_token(), now=context.now)
        if self.roles and context.actor.role not in self.roles:
            raise NotAllowed("not_allowed")


class RouteWithoutRule(Exception):
    """A route says nothing about who may call it."""


def public(view: View) -> View:
    """Let anybody call the route."""
    return _with_rule(view, Access(public=True))


def signed_in(view: View) -> View:
    """Let whoever has a valid token call the route."""
    return _with_rule(view, Access())


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


def bearer_token() -> str:
    """The token of the request; raises NotAllowed `unauthenticated` when it brings none."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise NotAllowed("unauthenticated")
    return authorization.token


def _with_rule(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # functions carry attributes, as smorest's own decorators do
    return view
