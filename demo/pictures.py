"""Small evidence files drawn in code: PNG and JPEG pictures, and a one-page PDF that can be read."""

import random
import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 320, 240
GRID = 8  # pixels along the side of a field

# The shortest tables that JPEG allows: DC differences of up to eight bits in 4-bit codes, and «end of block» alone.
_DC_CODES = bytes([0, 0, 0, 9, *[0] * 12, *range(9)])
_AC_CODES = bytes([1, *[0] * 15, 0])
# STSong-Light is one of the fonts that every reader of PDF knows how to replace.
_CHINESE = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
)
_METRICS = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)


def png(seed: str) -> bytes:
    """A picture of coloured fields, another for each seed."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    palette = bytes(rng.randrange(40, 250) for _ in range(3 * 16))
    lines = [b"".join(bytes([rng.randrange(16)]) * GRID for _ in range(WIDTH // GRID)) for _ in range(HEIGHT // GRID)]
    pixels = b"".join((b"\0" + line) * GRID for line in lines)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)  # 8 bits, by palette
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def jpeg(seed: str) -> bytes:
    """A picture of grey fields, one for each block of the format."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    greys = [rng.randrange(-100, 101) for _ in range((WIDTH // GRID) * (HEIGHT // GRID))]
    segments = [
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, b"\0" + bytes([8]) * 64),  # a DC step of 8 is one grey level
        (0xC0, struct.pack(">BHHB", 8, HEIGHT, WIDTH, 1) + b"\1\x11\0"),
        (0xC4, b"\0" + _DC_CODES),
        (0xC4, b"\x10" + _AC_CODES),
        (0xDA, b"\1\1\0\0\x3f\0"),
    ]
    head = b"".join(struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content for marker, content in segments)
    return b"\xff\xd8" + head + _bits(greys) + b"\xff\xd9"


def pdf(lines: Sequence[str]) -> bytes:
    """A page with these lines, Chinese or not; readers bring the font themselves."""
    text = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -26 Td " for line in lines)
    stream = f"BT /F1 14 Tf 72 760 Td {text}ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        _CHINESE,
        _METRICS,
    ]
    return _numbered(objects)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _bits(greys: Sequence[int]) -> bytes:
    """Each block: the difference to the one before in Huffman code and bits, then «end of block»."""
    bits = "".join(_block(grey - before) for before, grey in zip([0, *greys], greys, strict=False))
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _block(difference: int) -> str:
    length = abs(difference).bit_length()
    value = difference if difference > 0 else difference + (1 << length) - 1
    return f"{length:04b}" + (f"{value:0{length}b}" if length else "") + "0"


def _numbered(objects: Sequence[bytes]) -> bytes:
    """The objects in a file, with the table of where each begins."""
    file, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(_line(offset) for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def _line(offset: int) -> bytes:
    return b"%010d 00000 n \n" % offset
