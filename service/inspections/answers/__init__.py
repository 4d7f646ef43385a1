"""What a sheet says of its items (落实情况), and the findings that it opens."""

from service.inspections.answers.answering import answer
from service.inspections.answers.given import NewAnswer
from service.inspections.answers.problems import Found

__all__ = ["Found", "NewAnswer", "answer"]
