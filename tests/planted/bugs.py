"""All bugs that are planted."""

from collections.abc import Sequence

from tests.planted.bug import Bug
from tests.planted.in_sight import SIGHT
from tests.planted.in_writing import MAIL, WRITING

BUGS: Sequence[Bug] = (*WRITING, *MAIL, *SIGHT)
