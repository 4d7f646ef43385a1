"""What an inspection says of its items (落实情况), and the findings that it opens."""

from service.inspections.answers.answering import answer
from service.inspections.answers.checks import NewAnswer
from service.inspections.answers.findings import FindingWords

__all__ = ["FindingWords", "NewAnswer", "answer"]
