"""One text of one file, and what stands there instead in a copy."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class PatchOutdated(Exception):
    """The file no longer holds the text, or holds it more than once: the patch is to be mended."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A text of a file, and what stands there instead."""

    file: str
    before: str
    after: str

    def patched(self, root: Path = ROOT) -> str:
        """The file's text with the patch; raises PatchOutdated."""
        text = (root / self.file).read_text()
        if text.count(self.before) != 1:
            raise PatchOutdated(f"{self.file} has changed: mend the patch {self.before!r}")
        return text.replace(self.before, self.after)

    def apply(self, root: Path) -> None:
        """Patch the file of a copy."""
        (root / self.file).write_text(self.patched(root))
