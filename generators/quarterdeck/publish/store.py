"""The small interface behind which versions are stored; a folder and S3 are such stores."""

from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.keys import shown

SIDE_BY_SIDE: Final = 16
"""Files that are on their way at the same time."""


class TakenError(Exception):
    """A conditional write lost: somebody else wrote that key meanwhile. Read it again, and decide anew."""


class Stored(NamedTuple):
    """What stands under a key, and the tag to replace exactly that."""

    data: bytes
    tag: str


class Listed(NamedTuple):
    """One key of a listing."""

    key: str
    size_bytes: int
    changed_at: datetime
    """With its zone."""


class Upload(NamedTuple):
    """Bytes for a key, with how browsers take and keep them."""

    key: str
    content: bytes | Path
    sha256: str
    """Of the content, in hexadecimal; the store refuses to take anything else in (F-135)."""
    content_type: str
    cache: str
    """Value of Cache-Control."""

    def whole(self) -> bytes:
        """The content, once it is seen to be what its hash says.

        Raises:
            OutsideError: It changed, or cannot be read any more.
        """
        try:
            data = self.content if isinstance(self.content, bytes) else self.content.read_bytes()
        except OSError as error:
            raise _changed(self) from error
        if sha256(data).hexdigest() != self.sha256:
            raise _changed(self)
        return data


def _changed(upload: Upload) -> OutsideError:
    return OutsideError(f"{shown(upload.key)} changed while it was published. Build again, then publish.")


class Store(Protocol):
    """Where versions stand. Every call may be repeated safely, and gives up only after retries.

    Each raises OutsideError, with what was being done and how to mend it, where the store refuses or does not answer;
    nothing is then half written. Calls come from several threads at once.
    """

    @property
    def place(self) -> str:
        """What to call it in a sentence: `the folder published`, `s3://bucket/reports`."""
        ...

    @property
    def has_edge(self) -> bool:
        """Whether an edge stands in front of it, which alone knows the root of the pages."""
        ...

    def get(self, key: str) -> Stored | None:
        """What stands there now; None where nothing does."""
        ...

    def put(self, upload: Upload) -> None:
        """Write a key, whatever stood there."""
        ...

    def copy(self, source: str, upload: Upload) -> bool:
        """Copy inside the store what stands under `source` and has the upload's hash; its content is not sent.

        False where the source is not there or is something else: then it has to be put.
        """
        ...

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Write a key only if it still holds what had this tag, or nothing for None; gives the new tag.

        Raises:
            TakenError: It holds something else.
        """
        ...

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Every key that begins so, sorted."""
        ...

    def remove(self, keys: Collection[str]) -> None:
        """Remove keys, in such a way that the store's owner can bring them back where it keeps former states.

        Raises:
            ValueError: A key is empty or ends in a slash: a defect of ours, and never a whole store (F-140).
        """
        ...

    def erase(self, prefix: str) -> None:
        """Remove for good every former state of all keys that begin so, leaving the present ones (F-148)."""
        ...
