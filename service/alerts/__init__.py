"""Alerts (提醒): a person's inbox, and the messages that carry alerts out of the house."""
