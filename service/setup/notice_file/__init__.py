"""A governing notice (通知) in a Word file: checked, read in a process of its own, with all that is in doubt."""

from service.setup.notice_file.notice import Doubt, Heading, Leader, Notice, PassedOver, Team
from service.setup.notice_file.reading import open_notice

__all__ = ["Doubt", "Heading", "Leader", "Notice", "PassedOver", "Team", "open_notice"]
