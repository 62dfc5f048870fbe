"""How browsers take and keep each kind of file: one table, and whatever is not in it is a download (F-136, F-137)."""

from pathlib import PurePosixPath
from typing import Final

REVALIDATED: Final = "private, no-cache"
"""Asked about again each time: pages, lists, the search index."""
IMMUTABLE: Final = "private, max-age=31536000, immutable"
"""Never asked about again: its name holds its hash."""
PRIVATE: Final = "private, no-store"
"""Of what no reader can reach."""

DOWNLOAD: Final = "application/octet-stream"

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}

_HASH_LENGTH: Final = 8


def content_type(path: str) -> str:
    """The type of a file by its ending; a download where the ending says nothing to us."""
    return CONTENT_TYPES.get(PurePosixPath(path).suffix.lower(), DOWNLOAD)


def cache(path: str) -> str:
    """How long a page's file is kept: for ever where its name holds a hash, else not unasked."""
    return IMMUTABLE if _is_hashed(PurePosixPath(path)) else REVALIDATED


def _is_hashed(path: PurePosixPath) -> bool:
    """Whether a theme's file carries its hash: `assets/javascripts/bundle.60a45f97.min.js`."""
    return path.parts[0] == "assets" and any(
        len(part) == _HASH_LENGTH and not set(part) - set("0123456789abcdef")
        for part in path.name.split(".")[1:]
    )
