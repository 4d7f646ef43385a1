"""What people read: words, sentences of errors, texts of alerts; Chinese first, and English. The texts are data."""

from service.wording.alerts import AlertFields, alert_label, alert_text, alert_urgency
from service.wording.moments import moment, today
from service.wording.texts import MissingWording, sentence, word, wording, written

__all__ = [
    "AlertFields",
    "MissingWording",
    "alert_label",
    "alert_text",
    "alert_urgency",
    "moment",
    "sentence",
    "today",
    "word",
    "wording",
    "written",
]
