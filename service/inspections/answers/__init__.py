"""What an inspection says of its items (落实情况), and the findings that it opens."""

from service.inspections.answers.answering import answer
from service.inspections.answers.checks import FindingWords, NewAnswer

__all__ = ["FindingWords", "NewAnswer", "answer"]
