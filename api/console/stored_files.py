"""The files that a form brings: kept in the store before the form's transaction begins."""

from typing import BinaryIO, cast

from flask import request

from api.http.context import RequestContext, resources
from api.http.problems import Refusal
from service.errors import DubanError
from service.evidence.uploads import KeptFile, keep_file, may_hand_in

FILES = "evidence_ids"  # the field that files come in


def stored_files(context: RequestContext) -> list[KeptFile] | Refusal:
    """The files of the form, in the store; why they were refused otherwise."""
    files = [file for file in request.files.getlist(FILES) if file.filename]
    store, quota = resources().store, resources().settings.evidence
    try:
        if files:
            may_hand_in(context.session, actor=context.actor, now=context.now, quota=quota)
        context.session.rollback()  # nothing is held while files are read
        return [keep_file(store, cast(BinaryIO, file.stream), file.filename or "") for file in files]
    except DubanError as refusal:
        return Refusal(refusal)
