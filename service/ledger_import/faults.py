"""What is wrong in a table, by cell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """A cell that cannot be accepted: where Excel shows it, below which heading, and the code of the sentence."""

    order: tuple[int, int]  # the line among all that were read, and the column
    sheet: str
    cell: str  # such as C7
    column: str
    code: str

    @property
    def address(self) -> str:
        """Sheet and cell, such as 整改台账!C7."""
        return f"{self.sheet}!{self.cell}"
