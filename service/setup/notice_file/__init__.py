"""A notice as a Word file: looked through, read in a process of its own, and told with everything that is in doubt."""

from service.setup.notice_file.found import Doubt, Heading, Leader, Notice, Team
from service.setup.notice_file.opening import open_notice

__all__ = ["Doubt", "Heading", "Leader", "Notice", "Team", "open_notice"]
