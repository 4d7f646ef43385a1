"""Text files that people write: in UTF-8, or a sentence that says how to save them."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def text_of(file: Path) -> str:
    """The text of a file; ClickException when it is not in UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")  # Windows editors write the mark
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file} 不是 UTF-8 编码的文件，请另存为 UTF-8 后重试。 / {file} is not in UTF-8; save it so and try again."
        ) from error
