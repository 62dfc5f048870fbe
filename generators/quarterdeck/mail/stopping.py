"""Who stopped their mails through the link in one of them (F-171)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from quarterdeck.publish.aws import client, reach_of, told
from quarterdeck.settings import Publishing

_STOP: Final = "stop#"
"""Hash of a token -> whose it is; who reads the table can stop nobody."""
_QUIET: Final = "quiet#"
"""A person who stopped theirs; written by the sign-in function."""


class Stops:
    """The rows of the table of sign-ins that are about mail."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - the library makes classes as it runs
        """A client for DynamoDB and the table's name; asks nothing yet."""
        self._client, self._name = client, name

    def know(self, token: str, person: str) -> None:
        """Let a token stop the mails of a person; it may be told again.

        Raises:
            OutsideError: The table refuses or does not answer; a mail with this token must wait.
        """
        row = {"pk": {"S": _STOP + sha256(token.encode()).hexdigest()}, "person": {"S": person}}
        with told(f"the table {self._name}: cannot change it"):
            self._client.put_item(TableName=self._name, Item=row)

    def is_quiet(self, person: str) -> bool:
        """Whether a person stopped their mails.

        Raises:
            OutsideError: The table refuses or does not answer; nobody can tell, so the mail must wait.
        """
        with told(f"the table {self._name}: cannot read it"):
            found = self._client.get_item(
                TableName=self._name, Key={"pk": {"S": f"{_QUIET}{person}"}}, ConsistentRead=True
            )
        return "Item" in found


def stops_of(publishing: Publishing, environ: Mapping[str, str]) -> Stops | None:
    """The table that the settings name; None where they name none, and no page stops mails.

    Args:
        publishing: Of the portfolio.
        environ: Says where AWS is played, if it is.

    Raises:
        OutsideError: There are no credentials.
    """
    if publishing.table is None:
        return None
    return Stops(client("dynamodb", publishing.region, reach_of(environ)), publishing.table)
