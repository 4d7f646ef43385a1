"""Parts of answers: findings with their ETag, lists that are not cut into pages, 304."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Response, request
from werkzeug.exceptions import PreconditionRequired

from api.http.context import RequestContext
from service.findings.view import FindingView, view_moved
from service.store.paging import Page

_VERSION = re.compile(r"(\d{1,9})(?:-|$)", re.ASCII)


def finding_with_etag(context: RequestContext, finding: Any) -> tuple[FindingView, dict[str, str]]:
    """A finding's row as the caller sees it, and its ETag: its version, and its light, which changes with time."""
    view = view_moved(context.session, finding, actor=context.actor, now=context.now)
    return view, {"ETag": f'"{finding.version}-{view.light}"'}


def if_match_version() -> int | None:
    """The newest version that `If-Match` names: none without the header, -1 when it names none that ever was."""
    if not request.if_match or request.if_match.star_tag:
        return None
    versions = (_VERSION.match(tag or "") for tag in request.if_match.as_set())  # werkzeug reads "" as none
    return max((int(version[1]) for version in versions if version), default=-1)


def required_version() -> int:
    """The newest version that `If-Match` names; raises PreconditionRequired (428) without the header."""
    version = if_match_version()
    if version is None:
        raise PreconditionRequired
    return version


def single_page(items: Sequence[Any]) -> Page[Any]:
    """A list that is not cut into pages."""
    return Page(items, None)


def not_modified_when_unchanged(response: Response) -> Response:
    """304 for a caller who has what would be answered."""
    if request.method in ("GET", "HEAD") and response.status_code == 200 and "ETag" in response.headers:
        response.make_conditional(request.environ)
    return response
