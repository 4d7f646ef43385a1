"""The policy's section on the offices above the centre: which of them there are."""

from workflows.policy.table import Table
from workflows.vocabulary import Addressee, Role


class Offices(Table, frozen=True):
    """To whom the centre reports up (notice, part 4, paragraph 3); a place without one of them leaves it out."""

    bureau: bool = True  # 市教育局
    committee: bool = True  # 市招委

    @property
    def above(self) -> tuple[Addressee, ...]:
        """Those that there are, as they are addressed."""
        there = ((self.bureau, Addressee.BUREAU), (self.committee, Addressee.COMMITTEE))
        return tuple(addressee for is_there, addressee in there if is_there)

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those that there are, as the roles of their people."""
        return tuple(Role(str(addressee)) for addressee in self.above)
