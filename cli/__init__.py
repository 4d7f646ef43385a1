"""The command line; before anything else is imported it sees that the product's packages are its own."""

import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path

PACKAGES = ("workflows", "service", "api", "workers", "demo")
HERE = Path(__file__).resolve().parent.parent


def foreign_packages(path: Sequence[str]) -> list[str]:
    """The places of packages that other software has put in the way of ours, by the path that Python imports from."""
    found = (PathFinder.find_spec(name, path) for name in PACKAGES)
    places = [place for spec in found if spec for place in spec.submodule_search_locations or [str(spec.origin)]]
    return [place for place in places if Path(place).resolve().parent != HERE]


if foreign := foreign_packages(sys.path):
    sys.exit(
        f"督办的程序包被其他软件的同名包挡住：{', '.join(foreign)}。请把督办装进单独的虚拟环境。 / "
        f"Packages of other software stand in the way of Duban's own: {', '.join(foreign)}. "
        "Install Duban in a virtual environment of its own."
    )
