"""The policy's section on papers (公文): the codes (发文机关代字) that their numbers begin with."""

from collections.abc import Mapping

import msgspec

from workflows.policy.table import Table


class Papers(Table, frozen=True):
    """What stands before the year in the numbers of papers: «明招考督〔2027〕3 号»."""

    code: str = "限改"  # of rectification notices, for offices without a code of their own
    offices: Mapping[str, str] = msgspec.field(default_factory=dict)  # an office's name → its code

    def code_of(self, office: str) -> str:
        """The code of an office's rectification notices."""
        return self.offices.get(office, self.code)
