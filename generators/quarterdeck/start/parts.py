"""The parts of the package that are installed by name, and what each brings."""

from collections.abc import Mapping
from typing import Final

from quarterdeck import __version__

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bank": ("ofxtools",),
    "cluster": ("distributed",),
    "collect": ("boto3", "dns", "packaging", "pathspec", "publicsuffixlist", "selectolax", "urllib3"),
    "embedded": ("moto",),
    "mail": ("boto3", "cryptography", "css_inline", "dns", "publicsuffixlist"),
    "publish": ("boto3",),
    "zensical": ("zensical",),
}
"""Extra -> the modules that it brings."""
_BELOW: Final[Mapping[str, str]] = {"botocore": "boto3", "awscrt": "boto3"}
"""Module -> the one that brings it."""


def parts_with(module: str) -> tuple[str, ...]:
    """The extras that bring a module; none for one that is no part of any."""
    top = module.partition(".")[0]
    return tuple(extra for extra, brought in PARTS.items() if _BELOW.get(top, top) in brought)


def install(extras: str) -> str:
    """What to type to have some extras, such as `mail,publish`, for the version that runs."""
    return f"pip install 'quarterdeck[{extras}]=={__version__}'"
