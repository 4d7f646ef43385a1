"""The repository's own files, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "service", "api", "workers", "demo", "cli")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "tools", "docs", "requirements", ".ci")
MADE = {"__pycache__", "vendor"}  # made by the set-up, not written
MIGRATIONS = Path("service/store/migrations/versions")  # one long list of columns each, never edited again


def written_files() -> list[Path]:
    """Every file that somebody wrote, relative to the root."""
    top = (file for file in ROOT.iterdir() if file.is_file() and file.name != ".git")  # a file in a worktree
    below = (file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file())
    files = (file.relative_to(ROOT) for file in (*top, *below))
    return sorted(file for file in files if not MADE & set(file.parts) and not file.name.startswith(".coverage"))


def texts() -> Iterator[tuple[Path, str]]:
    """Each file that is text, with its text."""
    for file in written_files():
        content = (ROOT / file).read_bytes()
        if b"\0" not in content:
            yield file, content.decode()


def modules(*folders: str) -> list[Path]:
    """The Python files below the folders, or all; migrations are not looked at."""
    python = (file for file in written_files() if file.suffix == ".py" and MIGRATIONS not in file.parents)
    return [file for file in python if not folders or file.parts[0] in folders]


@cache
def tree(file: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse((ROOT / file).read_bytes(), str(file))


def dotted(node: ast.expr) -> str:
    """`datetime.datetime.now` for such an expression, else an empty string."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            return f"{dotted(value)}.{name}".lstrip(".")
        case _:
            return ""


def calls(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of what is called, or handed on to be called, with imported names resolved."""
    meaning = dict(imported(module))
    for node in ast.walk(module):
        if isinstance(node, (ast.Attribute, ast.Name)) and (name := dotted(node)):
            head, dot, rest = name.partition(".")
            yield node.lineno, meaning.get(head, head) + dot + rest


def imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each imported name and what it stands for."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname or alias.name.partition(".")[0], alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name, f"{node.module or ''}.{alias.name}")
