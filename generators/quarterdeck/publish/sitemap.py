"""The sitemap of one version, by which the theme's version menu finds the same page in another version."""

import re
from typing import Final

SITEMAP: Final = "sitemap.xml"

_BASE: Final = re.compile(rb"(?<=<loc>)[a-z]+://[^/<]+/latest/")


def sitemap_of(built: bytes, address: str) -> bytes:
    """The built sitemap, whose addresses are those of the newest version, with those of one version.

    Args:
        built: As the site builder wrote it.
        address: Of the version, with a slash at the end.
    """
    return _BASE.sub(address.encode(), built)
