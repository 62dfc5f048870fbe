"""Each version's sitemap names its own addresses."""

import re

import pytest

from quarterdeck.publish.sitemap import sitemap_of

BY_MKDOCS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <url>
         <loc>https://reports.example.com/latest/</loc>
    </url>
    <url>
         <loc>https://reports.example.com/latest/guide/latest/</loc>
    </url>
</urlset>"""

BY_ZENSICAL = BY_MKDOCS.replace(b"    <url>\n         <loc>", b"      <url>\n        <loc>")


@pytest.mark.parametrize("built", [BY_MKDOCS, BY_ZENSICAL])
@pytest.mark.parametrize("host", ["https://r.example", "http://127.0.0.1:8000"])
def test_the_version_stands_in_every_address_once(built: bytes, host: str) -> None:
    found = sitemap_of(built, f"{host}/2026-11-16-aaaaaaa/")
    assert re.findall(rb"<loc>(.*)</loc>", found) == [
        f"{host}/2026-11-16-aaaaaaa/".encode(),
        f"{host}/2026-11-16-aaaaaaa/guide/latest/".encode(),
    ]
    assert re.sub(rb"<loc>.*</loc>", b"", found) == re.sub(rb"<loc>.*</loc>", b"", built), "and nothing else"
