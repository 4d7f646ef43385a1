"""The act of a form, tried: what it is refused for comes back to be said on the page, and nothing of it stays."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask import request

from api.console.forms import errors_by_field
from api.console.pages import REFILL
from api.console.rendering import text
from api.http.context import RequestContext, language
from api.http.problems import problem_of, status_of
from service.errors import DubanError, NotFound, Unavailable


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an act was not done."""

    status: int
    sentence: str | None  # of the whole
    errors: Mapping[str, str] = field(default_factory=dict)  # by field


def attempt(context: RequestContext, do: Callable[[], Any]) -> Refused | None:
    """Do it within a transaction of its own; None when it is done.

    Raises `NotFound` for what may not be seen, and `Unavailable`: these are pages of their own.
    """
    try:
        with context.session.begin_nested():
            do()
    except ma.ValidationError as error:
        return Refused(422, None, errors_by_field(error, language()))
    except (NotFound, Unavailable):
        raise
    except DubanError as error:
        return refused(error)
    return None


def refilled() -> Refused | None:
    """That the form only brings back what was typed, after a sign-in that had ended: shown, and not done."""
    return Refused(200, text("page.refilled")) if REFILL in request.form else None


def refused(error: DubanError) -> Refused:
    """An error as a page says it."""
    problem = problem_of(error)
    errors = {name: sentences[0] for name, sentences in problem.get("errors", {}).items()}
    return Refused(status_of(error), problem["detail"], errors)


def typed(*forms: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, the later over the earlier; what was not is empty."""
    return defaultdict(str, {name: value for form in forms for name, value in form.items()})
