"""What people read: words, sentences of errors, texts of alerts; Chinese first, and English. The texts are data."""

from service.wording.alerts import FindingAlertFields
from service.wording.duties import DutyAlertFields
from service.wording.moments import day_in_words, moment, short_moment
from service.wording.texts import MissingWording, one_line, sentence, word, wording, written

__all__ = [
    "DutyAlertFields",
    "FindingAlertFields",
    "MissingWording",
    "day_in_words",
    "moment",
    "one_line",
    "sentence",
    "short_moment",
    "word",
    "wording",
    "written",
]
