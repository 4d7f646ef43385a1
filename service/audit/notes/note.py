"""The text of a note: what the newest checkpoints of the three books say, signed.

    duban
    note 17
    at 2026-05-20T09:00:00.000000+00:00
    events 1234 56 HASH
    journal 345 12 HASH
    security 678 34 HASH
    previous HASH

    — duban BASE64

A book's line says how many entries are covered, the serial of the last checkpoint and its hash; `0 0 -` while it has
none. Notes from before there was a security log have no line of it. `previous` is the SHA-256 of the note before, all
of its lines, and `-` in the first. The signature is over the text up to the empty line, without that; BASE64 holds the
four bytes of the key's id and the signature's 64 (C2SP).
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from service.audit.notes.keys import NAME, PublicKey, SigningKey
from service.store.hash_chain import utc_text

_BOOK = r"(\d{1,15}) (\d{1,15}) ([0-9a-f]{64}|-)"
FORM = re.compile(
    rf"^(?P<body>{NAME}\nnote (\d{{1,15}})\nat (\S{{1,40}})\nevents {_BOOK}\njournal {_BOOK}\n"
    rf"(?:security {_BOOK}\n)?previous ([0-9a-f]{{64}}|-)\n)\n— {NAME} ([A-Za-z0-9+/=]{{1,200}})\n",
    re.MULTILINE,
)


class Covered(NamedTuple):
    """How far the checkpoints of one book reach."""

    entries: int
    checkpoint: int  # serial of the last one
    hash: str | None


NOTHING = Covered(0, 0, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it was read; whether its signature holds is another question."""

    number: int
    at: datetime
    events: Covered
    journal: Covered
    security: Covered
    previous: str | None  # the hash of the note before
    text: str  # all of it
    body: str  # what is signed
    hint: bytes  # of the key
    signature: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note; ValueError when it is none."""
        found = FORM.fullmatch(text)
        if found is None:
            raise ValueError("no note")
        _, number, at, *books, previous, encoded = found.groups()
        try:
            signed = b64decode(encoded, validate=True)
        except Error as error:
            raise ValueError("no signature") from error
        return cls(
            number=int(number),
            at=datetime.fromisoformat(at),
            events=_covered(*books[:3]),
            journal=_covered(*books[3:6]),
            security=_covered(*books[6:]) if books[6] else NOTHING,
            previous=_hash(previous),
            text=text,
            body=found["body"],
            hint=signed[:4],
            signature=signed[4:],
        )

    @property
    def hash(self) -> str:
        """What the next note calls `previous`."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether the signature is that key's, and holds."""
        return self.hint == key.hint and key.accepts(self.signature, self.body.encode())


def write_note(number: int, at: datetime, books: Mapping[str, Covered], before: Note | None) -> str:
    """The body of a note, which is to be signed; the books by name, in their order."""
    lines = (
        NAME,
        f"note {number}",
        f"at {utc_text(at)}",
        *(f"{name} {book.entries} {book.checkpoint} {book.hash or '-'}" for name, book in books.items()),
        f"previous {before.hash if before else '-'}",
    )
    return "".join(f"{line}\n" for line in lines)


def sign(body: str, key: SigningKey) -> Note:
    """The note, signed."""
    signed = b64encode(key.public.hint + key.sign(body.encode())).decode()
    return Note.parse(f"{body}\n— {NAME} {signed}\n")


def _covered(entries: str, checkpoint: str, hash_: str) -> Covered:
    return Covered(int(entries), int(checkpoint), _hash(hash_))


def _hash(text: str) -> str | None:
    return None if text == "-" else text
