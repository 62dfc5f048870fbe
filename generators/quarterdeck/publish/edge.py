"""What the edge in front of a store knows: which version is the latest, the root of the pages, and keys of sessions."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.aws import code_of, is_doubtful, told
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import small
from quarterdeck.publish.store import TakenError

_AT_ONCE: Final = 50
"""Keys that one call changes; the most that CloudFront takes."""
_WHAT: Final = "the values of the edge"


class Values(NamedTuple):
    """What an edge knows now, and the tag to change exactly that."""

    values: Mapping[str, str]
    tag: str
    """Empty where nothing was ever written."""


class Edge(Protocol):
    """A few values; up to fifty are changed together or not at all.

    Each call raises OutsideError, with how to mend it, where the edge refuses or does not answer. Values are never
    printed: some are secret.
    """

    def read(self) -> Values:
        """Everything that it knows."""
        ...

    def write(self, puts: Mapping[str, str], drops: Collection[str], tag: str) -> str:
        """Put values and drop keys that stand there, if nothing changed since the tag was read; gives the new tag.

        Raises:
            TakenError: Somebody else changed something meanwhile.
        """
        ...


class KeyValues:
    """A key-value store of CloudFront."""

    def __init__(self, client: Any, arn: str) -> None:  # noqa: ANN401 - the library makes classes as it runs
        """Ask nothing yet."""
        self._client = client
        self._arn = arn

    def read(self) -> Values:
        """Everything that it knows; the tag is read first, so that a change in between is noticed."""
        with told("the key-value store of the edge: cannot read it"):
            tag = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
            pages = self._client.get_paginator("list_keys").paginate(KvsARN=self._arn)
            values = {one["Key"]: one["Value"] for page in pages for one in page.get("Items", ())}
        return Values(values, tag)

    def write(self, puts: Mapping[str, str], drops: Collection[str], tag: str) -> str:
        """Change it by one conditional call; what is more than fifty keys follows in calls of their own."""
        changes = [*puts.items(), *((key, None) for key in drops)]
        for start in range(0, len(changes), _AT_ONCE):
            tag = self._change(dict(changes[start : start + _AT_ONCE]), tag)
        return tag

    def _change(self, wanted: Mapping[str, str | None], tag: str) -> str:
        """Change some keys, None drops one; where nobody knows whether it was done, what stands there tells."""
        from botocore.exceptions import ClientError, HTTPClientError  # noqa: PLC0415 - heavy, and only when AWS is asked

        puts = [{"Key": key, "Value": value} for key, value in wanted.items() if value is not None]
        drops = [{"Key": key} for key, value in wanted.items() if value is None]
        asked = {name: part for name, part in (("Puts", puts), ("Deletes", drops)) if part}
        with told("the key-value store of the edge: cannot change it"):
            try:
                return str(self._client.update_keys(KvsARN=self._arn, IfMatch=tag, **asked)["ETag"])
            except (ClientError, HTTPClientError) as error:
                is_lost = isinstance(error, ClientError) and _is_lost(error)
                if not is_doubtful(error):
                    if is_lost:
                        raise TakenError(_WHAT) from None
                    raise
                now = self.read()
                if all(now.values.get(key) == value for key, value in wanted.items()):
                    return now.tag
                if is_lost or now.tag != tag:
                    raise TakenError(_WHAT) from None
                raise


class FileEdge:
    """The same values in a file of a folder store, for a server of this machine that plays the edge."""

    def __init__(self, folder: Folder) -> None:
        """Read nothing yet."""
        self._folder = folder

    def read(self) -> Values:
        """What stands in the file."""
        found = self._folder.get(keys.EDGE)
        if found is None:
            return Values({}, "")
        try:
            return Values(msgspec.json.decode(found.data, type=dict[str, str]), found.tag)
        except msgspec.DecodeError as error:
            raise OutsideError(
                f"{keys.EDGE} of {self._folder.place} cannot be read: {error}. Remove it, then publish again."
            ) from error

    def write(self, puts: Mapping[str, str], drops: Collection[str], tag: str) -> str:
        """Write the file anew where it is still the one that was read."""
        before = self.read()
        if before.tag != tag:
            raise TakenError(_WHAT)
        values = {key: value for key, value in before.values.items() if key not in drops} | dict(puts)
        data = msgspec.json.encode(values, order="sorted")
        return self._folder.swap(small(keys.EDGE, data, kinds.PRIVATE), tag or None)


def _is_lost(error: Any) -> bool:  # noqa: ANN401 - the library makes classes as it runs
    """Whether the tag was no longer the one: the service says so by two codes."""
    words = str(error.response.get("Error", {}).get("Message", "")).casefold()
    return code_of(error) == "ConflictException" or "pre-condition" in words or "precondition" in words
