"""Policy and calendar files of an office, as they differ from the shipped ones."""

import re

from workflows.calendar import shipped_calendar_text
from workflows.policy import shipped_policy_text


def policy_text(*pairs: tuple[str, str], name: str = "minghe/1") -> str:
    """The shipped policy under another name, with these places changed."""
    text = shipped_policy_text().replace("zhengzhou-2021-35/3", name, 1)
    for old, new in pairs:
        if old not in text:
            raise ValueError(f"the shipped policy does not say {old!r}")
        text = text.replace(old, new, 1)
    return text


def calendar_without(year: int, name: str = "without-plan") -> str:
    """The shipped calendar as it was before a year's plan was published."""
    text = re.sub(rf"\[years\.{year}\].*?(?=\[years\.|\Z)", "", shipped_calendar_text(), flags=re.DOTALL)
    return re.sub(r'version = ".*?"', f'version = "{name}"', text, count=1)


def calendar_with(year: int, off: str, work: str = "", name: str = "with-plan") -> str:
    """The shipped calendar with the plan of one more year; dates as the file writes them, after commas."""
    text = re.sub(r'version = ".*?"', f'version = "{name}"', shipped_calendar_text(), count=1)
    return f'{text}\n[years.{year}]\nsource = "国务院办公厅通知"\noff = [{off}]\nwork = [{work}]\n'


def policy_without_committee(name: str = "minghe/no-committee") -> str:
    """The shipped policy for a place that has no 市招委."""
    text = policy_text(("committee = true", "committee = false"), name=name)
    return text.replace('"committee", ', "")
