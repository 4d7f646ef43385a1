"""A governing notice (通知) in a Word file: checked, read in a process of its own, with all that is in doubt."""

from service.setup.notice_file.file import open_notice
from service.setup.notice_file.notice import Doubt, Heading, Leader, Notice, Team

__all__ = ["Doubt", "Heading", "Leader", "Notice", "Team", "open_notice"]
