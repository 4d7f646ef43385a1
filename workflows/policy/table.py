"""What the tables of a policy file are made of: unknown keys are errors, numbers have bounds."""

from typing import Annotated

import msgspec

from workflows.vocabulary import Addressee

Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Addressees = tuple[Addressee, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A table of the file."""
