"""Who may call a route at all; what a caller may do there is for scope and law to say. No rule, no route."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, request

from api.http.door import Work
from service.errors import NotAllowed
from service.people.accounts import authenticate
from workflows.vocabulary import Role

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of a route."""

    public: bool = False
    roles: frozenset[Role] = frozenset()  # none: whoever has signed in

    def let_in(self, work: Work) -> None:
        """Say who calls, and raise unless he or she may."""
        if self.public:
            return
        work.caller = authenticate(work.session, bearer(), now=work.now)
        if self.roles and work.actor.role not in self.roles:
            raise NotAllowed("not_allowed")


class RouteWithoutRule(Exception):
    """A route says nothing about who may call it."""


def public(view: View) -> View:
    """Anybody."""
    return _ruled(view, Access(public=True))


def signed_in(view: View) -> View:
    """Whoever has a valid token."""
    return _ruled(view, Access())


def only(*roles: Role) -> Callable[[View], View]:
    """Whoever has one of the roles."""
    return lambda view: _ruled(view, Access(roles=frozenset(roles)))


def rule_of(view: Callable[..., Any]) -> Access:
    """The rule of a route."""
    rule = getattr(view, "access", None)
    if not isinstance(rule, Access):
        raise RouteWithoutRule(f"{view.__module__}.{view.__qualname__} has none of public, signed_in, only(…)")
    return rule


def require_rules(app: Flask) -> None:
    """Fail at start when any route has no rule; those that are not public live in a `Subject`, which asks for it."""
    for rule in app.url_map.iter_rules():
        rule_of(app.view_functions[rule.endpoint])


def bearer() -> str:
    """The token of the request; raises when it brings none."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise NotAllowed("unauthenticated")
    return given.token


def _ruled(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # functions carry attributes, as smorest's own decorators do
    return view
