"""The rows behind sign-in: read as they stand now, and changed by single conditional writes."""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

Row: TypeAlias = dict[str, str | int]

_LOST: Final = "ConditionalCheckFailedException"


class BusyError(Exception):
    """A service that we need said wait, or nothing: the reader is asked to come back (F-200)."""


class Table:
    """The table, one string key `pk` a row; `expires_at` is when a row counts no more, in Unix time."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - boto3 makes classes as it runs
        """A client for DynamoDB and the table's name."""
        self._client = client
        self._name = name

    def row(self, pk: str) -> Row | None:
        """What stands there now; None where nothing does."""
        found = self._on("get_item", pk, ConsistentRead=True)
        return _plain(found["Item"]) if "Item" in found else None

    def rows(self, pks: Collection[str]) -> list[Row]:
        """Those of a few rows that stand there now, in any order.

        Raises:
            BusyError: Also where only some were read.
        """
        asked = {"Keys": [_key(pk) for pk in pks], "ConsistentRead": True}
        found = self._call("batch_get_item", RequestItems={self._name: asked})
        if found.get("UnprocessedKeys"):
            raise BusyError("rows were left unread")
        return [_plain(one) for one in found["Responses"].get(self._name, [])]

    def put(self, pk: str, row: Row) -> None:
        """Write a row, whatever stood there."""
        self._call("put_item", TableName=self._name, Item={**_key(pk), **_typed(row)})

    def drop(self, pk: str) -> None:
        """Remove a row, if it is there."""
        self._on("delete_item", pk)

    def take(self, pk: str, now: int, leeway: int) -> Row | None:
        """Remove a row that counts now, and give what it held: to one caller only, whoever asks at once (F-181).

        Args:
            now: Unix time; a row that expired or was made later counts for nothing (F-183).
            leeway: Seconds by which the clock that made it may be ahead of ours.
        """
        found = self._on(
            "delete_item",
            pk,
            ConditionExpression="expires_at > :now AND made_at <= :ahead",
            ExpressionAttributeValues=_typed({":now": now, ":ahead": now + leeway}),
            ReturnValues="ALL_OLD",
        )
        return _plain(found["Attributes"]) if found else None

    def change(self, pk: str, values: Row) -> bool:
        """Change a row that is there; False where it is gone, which is not brought back."""
        names = {f"#{number}": name for number, name in enumerate(values)}
        changed = self._on(
            "update_item",
            pk,
            UpdateExpression="SET " + ", ".join(f"{one} = :{one[1:]}" for one in names),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=_typed({f":{one[1:]}": values[name] for one, name in names.items()}),
        )
        return changed is not None

    def count(self, pk: str, most: int, expires_at: int) -> bool:
        """Count one more; False, and nothing counted, where there were as many as may be."""
        counted = self._on(
            "update_item",
            pk,
            UpdateExpression="SET expires_at = :end ADD times :one",
            ConditionExpression="attribute_not_exists(times) OR times < :most",
            ExpressionAttributeValues=_typed({":end": expires_at, ":one": 1, ":most": most}),
        )
        return counted is not None

    def _on(self, operation: str, pk: str, **asked: Any) -> Any:  # noqa: ANN401 - as the service answers
        return self._call(operation, TableName=self._name, Key=_key(pk), **asked)

    def _call(self, operation: str, **asked: Any) -> Any:  # noqa: ANN401 - as the service answers
        """Ask the service; None where the condition does not hold."""
        try:
            return getattr(self._client, operation)(**asked)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _LOST:
                return None
            raise BusyError(f"{operation}: {code}") from None
        except BotoCoreError as error:
            raise BusyError(f"{operation}: {type(error).__name__}") from None


def _key(pk: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}}


def _typed(row: Mapping[str, str | int]) -> dict[str, dict[str, str]]:
    """As the service writes values."""
    return {
        name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in row.items()
    }


def _plain(item: Mapping[str, Mapping[str, str]]) -> Row:
    """As we write them; values of other kinds are none of ours."""
    return {
        name: int(value["N"]) if "N" in value else value["S"]
        for name, value in item.items()
        if "N" in value or "S" in value
    }
