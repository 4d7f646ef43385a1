"""The codes that the numbers of papers begin with: such as a number can begin with."""

import re
from collections.abc import Iterator

from workflows.file_mistakes import Mistake, Path
from workflows.policy import Policy

_CODE = re.compile(r"[\w·.-]{1,12}")


def paper_mistakes(policy: Policy) -> Iterator[Mistake]:
    """Codes that are empty, too long, or hold spaces or brackets."""
    codes: dict[Path, str] = {("papers", "code"): policy.papers.code}
    codes |= {("papers", "offices", name): code for name, code in policy.papers.offices.items()}
    for where, code in codes.items():
        if not _CODE.fullmatch(code):
            yield Mistake(
                where,
                "代字须为 1 至 12 个汉字、字母或数字，不含空格和括号，如 明招考督",
                "must be 1 to 12 characters without spaces or brackets, e.g. 明招考督",
                code,
            )
