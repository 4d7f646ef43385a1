"""The offices above in sentences: both, or the one that there is."""

from typing import Any

import pytest

from service.wording.above import BOTH, above_in_short, above_in_words, particulars_of_above
from service.wording.texts import sentence
from tests.build.alert_fields import READERS, ZONE, alert
from workflows.vocabulary import Addressee, Role, State

ALONE = (Addressee.BUREAU,)


@pytest.mark.parametrize(
    ("above", "zh", "en", "short"),
    [
        (BOTH, "市教育局、市招委", "the education bureau and the admission-exam committee", "bureau and committee"),
        (ALONE, "市教育局", "the education bureau", "the bureau"),
        ((Addressee.COMMITTEE,), "市招委", "the admission-exam committee", "the committee"),
    ],
)
def test_only_those_that_there_are_are_named(above: tuple[Addressee, ...], zh: str, en: str, short: str) -> None:
    assert (above_in_words(above, "zh"), above_in_words(above, "en")) == (zh, en)
    assert (above_in_short(above, "zh"), above_in_short(above, "en")) == (zh, short)


@pytest.mark.parametrize("kind", ["escalate.2", "opine", "remind.opinion", "repeat", "review_fail"])
@pytest.mark.parametrize("reader", READERS)
def test_no_alert_names_a_committee_that_there_is_not(kind: str, reader: Role) -> None:
    up: dict[str, Any] = {"from_state": State.OVERDUE, "to_state": State.ESCALATED, "escalation_level": 2}
    told = alert(kind, above=ALONE, reader_role=reader, reader_organization_id=READERS[reader], **up)
    said = [told.text("zh", ZONE), told.text("en", ZONE), told.label("zh"), told.label("en")]
    assert not any("市招委" in one or "committee" in one for one in said)


def test_no_error_names_a_committee_that_there_is_not() -> None:
    both: dict[str, Any] = {**particulars_of_above(BOTH)}
    alone: dict[str, Any] = {**particulars_of_above(ALONE)}
    assert sentence("at_last_level", "en", **both).startswith("The finding has already reached the bureau and the comm")
    assert sentence("at_last_level", "en", **alone).startswith("The finding has already reached the bureau;")
    assert sentence("not_reported", "zh", **alone) == "该问题尚未上报市教育局，请待上报后再批复。"
