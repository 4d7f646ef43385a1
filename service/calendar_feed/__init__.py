"""A person's deadlines, report dates and exam days as a calendar that other programs subscribe to (RFC 5545)."""

from service.calendar_feed.addresses import close_feed, new_address, open_feed
from service.calendar_feed.feed import calendar_of

__all__ = ["calendar_of", "close_feed", "new_address", "open_feed"]
