"""The offices above the centre in words: those that there are by the policy that a finding goes by."""

from collections.abc import Sequence

from service.wording.texts import InBothLanguages, written
from workflows.vocabulary import Addressee

BOTH = (Addressee.BUREAU, Addressee.COMMITTEE)


def above_in_words(above: Sequence[Addressee], language: str) -> str:
    """«市教育局、市招委»."""
    return _joined("above", above, language)


def above_in_short(above: Sequence[Addressee], language: str) -> str:
    """The same, as short as English allows: «bureau and committee»."""
    return written("letters", "above_short", language) if tuple(above) == BOTH else _each(above, language)


def blanks_of_above(above: Sequence[Addressee], language: str) -> dict[str, str]:
    """What fills the blanks of sentences that name them."""
    return {"above": above_in_words(above, language), "above_short": above_in_short(above, language)}


def particulars_of_above(above: Sequence[Addressee]) -> dict[str, InBothLanguages]:
    """What fills the blanks of errors that name them."""
    ways = {"above": above_in_words, "above_short": above_in_short, "above_each": _each}
    return {name: InBothLanguages(way(above, "zh"), way(above, "en")) for name, way in ways.items()}


def _each(above: Sequence[Addressee], language: str) -> str:
    return _joined("above_each", above, language)


def _joined(key: str, above: Sequence[Addressee], language: str) -> str:
    return written("letters", "above_between", language).join(
        written("letters", f"{key}_{one}", language) for one in above
    )
