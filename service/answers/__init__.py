"""What a sheet says of its items (落实情况), and the findings that it opens."""

from service.answers.answering import answer
from service.answers.given import NewAnswer
from service.answers.problems import Found

__all__ = ["Found", "NewAnswer", "answer"]
