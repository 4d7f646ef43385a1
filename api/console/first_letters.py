"""The first letters of how a name is spoken, so that 郑州大学 is found by `zzdx` as well."""

import os
from functools import lru_cache
from itertools import islice, product

MOST = 16  # ways of speaking one name


@lru_cache(maxsize=4096)
def first_letters(name: str) -> str:
    """The letters, without blanks, in every way that the signs can be spoken: «zzdx zztx»."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # tens of megabytes, and of one way of speaking alone
    from pypinyin import Style, pinyin  # noqa: PLC0415 - loaded by who shows choices, not by every process

    spoken = pinyin(name, style=Style.FIRST_LETTER, heteronym=True)
    ways = islice(product(*spoken), MOST)
    return " ".join(dict.fromkeys("".join("".join(way).split()).lower() for way in ways))
