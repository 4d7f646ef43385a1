"""What was typed for a form that is not there any more: shown to be read, so that nobody has to write it twice."""

from collections.abc import Mapping, Sequence

from flask import request

from api.console.attempts import Refused
from api.console.pages import REFILL
from api.console.rendering import text

Words = Sequence[tuple[str, str]]  # what a field is called, and what was typed into it


def lost_words(labels: Mapping[str, str], named: Mapping[str, str]) -> Words:
    """What was typed into the fields of `labels`, which say the text for a name up to a hyphen.

    `named` says how a choice is read, and of what a field is whose name goes on behind the hyphen.
    """
    typed = ((*name.partition("-")[::2], value.strip()) for name, value in request.form.items(multi=True))
    return [
        (" ".join(filter(None, (text(labels[kind]), named.get(of)))), named.get(value, value))
        for kind, of, value in typed
        if value and kind in labels
    ]


def not_taken(refused: Refused, sentence: str) -> Refused:
    """Why nothing can be typed there: what was brought back by a sign-in is told so, with the sentence."""
    return Refused(refused.status, sentence, {}) if REFILL in request.form else refused
