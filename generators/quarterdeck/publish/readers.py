"""Who may sign in, and the keys of sessions: what the settings say, brought to the table and to the edge.

The people of `portfolio.yml` with an address and a role are the only list of readers. Each run of `publish` compares
it with the table, so that somebody who is removed is out with the next run, also when no version is made.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

import msgspec

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish.aws import client, code_of, reach_of, told
from quarterdeck.publish.edge import Edge, Values
from quarterdeck.publish.store import TakenError
from quarterdeck.settings import Publishing, Settings

Row: TypeAlias = Mapping[str, str | int]
Rows: TypeAlias = Mapping[str, Row]
"""Key of a row -> its attributes."""
Random: TypeAlias = Callable[[int], bytes]
"""So many random bytes."""

PERSON: Final = "person#"
KEY: Final = "key#"
SESSION: Final = "session#"
NEWEST: Final = "newest#readers"
"""The row that says of which commit the list of readers is."""
OUT: Final = "out:"

KIDS: Final = ("a", "b")
"""The two places for keys of sessions; a new one takes that of the older, which then signs nothing for 30 days."""
KEY_BYTES: Final = 32
ROTATED_SECONDS: Final = 30 * 86400
TOKEN_SECONDS: Final = 900
"""How long the edge believes a token that it cannot ask about."""
LEEWAY_SECONDS: Final = 60
"""How long a run may take from its beginning until the table is written, and by how much clocks may differ."""
REMOVED_SECONDS: Final = 3600
"""How far ahead the edge refuses somebody who is on no list any more."""

_DAY_SECONDS: Final = 86400
_TRIES: Final = 10


class Change(msgspec.Struct, frozen=True):
    """One row that is written or, with `after` None, removed; only while it holds what was read."""

    pk: str
    before: Row | None
    after: Row | None


class ReadersPlan(msgspec.Struct, frozen=True):
    """What brings table and edge to what the settings say; empty where they say it already."""

    changes: tuple[Change, ...] = ()
    """In the order in which they are written."""
    ended: tuple[str, ...] = ()
    """Rows of sessions that end."""
    edge_puts: Mapping[str, str] = msgspec.field(default_factory=dict)
    edge_drops: tuple[str, ...] = ()
    edge_tag: str = ""
    sentences: tuple[str, ...] = ()
    """What changes for whom, in words without any secret."""

    def __repr__(self) -> str:
        """Its words alone: rows hold keys, and a traceback is read by others."""
        return f"ReadersPlan({' '.join(self.sentences)})"


def readers_plan(
    settings: Settings, rows: Rows, values: Values, now: int, random: Random, *, committed_at: int = 0
) -> ReadersPlan:
    """Compare the settings with table and edge.

    Args:
        settings: Of the portfolio.
        rows: Of the table: people, keys, sessions, and the row `NEWEST`.
        values: What the edge knows; empty where there is none.
        now: Unix time at which this run began.
        random: Random bytes that nobody can guess.
        committed_at: Unix time of the commit that the settings are of; a list of a newer one stands. 0 for no commit.

    Raises:
        UsageError: Two people share an address.
    """
    wanted = _wanted(settings)
    stands = rows.get(NEWEST, {}).get("committed_at", 0)
    is_older = isinstance(stands, int) and 0 < committed_at < stands
    if is_older:
        people, ended, outs, sentences = [], [], {}, ["A newer commit's list of readers stands, and stays."]
    else:
        people = list(_people(wanted, rows))
        ended = _ended(wanted, rows)
        outs = _outs(wanted, rows, people, ended, values.values, now)
        sentences = list(_told(wanted, rows, people, ended))
    newer = (
        []
        if is_older or committed_at in {0, stands}
        else [Change(NEWEST, rows.get(NEWEST), {"committed_at": committed_at})]
    )
    keys = _keys(rows, now, random)
    if keys:
        sentences.append(_told_of_keys(rows, keys, now))
    secrets = _secrets(rows, keys)
    puts = {name: value for name, value in (outs | secrets).items() if values.values.get(name) != value}
    drops = sorted(_spent(values.values, secrets, now) - outs.keys())
    return ReadersPlan(
        (*newer, *keys, *people), tuple(ended), puts, tuple(drops), values.tag, tuple(sentences)
    )


def apply(plan: ReadersPlan, table: "Table", edge: Edge | None) -> None:
    """Write a plan: the edge first, so that it knows each key before anything is signed with it.

    Raises:
        TakenError: Somebody else changed one of these meanwhile; plan again.
        OutsideError: Table or edge refused; what is written already is right, and the next run does the rest.
    """
    if edge is not None and (plan.edge_puts or plan.edge_drops):
        edge.write(plan.edge_puts, plan.edge_drops, plan.edge_tag)
    for change in plan.changes:
        table.change(change)
    for pk in plan.ended:
        table.drop(pk)


def bring_readers(
    settings: Settings,
    table: "Table",
    edge: Edge | None,
    *,
    now: int,
    random: Random,
    committed_at: int = 0,
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Bring table and edge to what the settings say, also beside another run; gives what changed, in words.

    Raises:
        UsageError: Two people share an address.
        OutsideError: Table or edge refused, or others change them again and again.
    """
    for _ in range(_TRIES):
        values = edge.read() if edge else Values({}, "")
        plan = readers_plan(settings, table.rows(), values, now, random, committed_at=committed_at)
        if dry_run:
            return plan.sentences
        with suppress(TakenError):
            apply(plan, table, edge)
            return plan.sentences
    raise OutsideError(f"{table.place}: others change it again and again. Let them end, then publish again.")


class Table:
    """The table of readers and sign-ins, in DynamoDB."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - the library makes classes as it runs
        """Ask nothing yet."""
        self._client = client
        self._name = name

    @property
    def place(self) -> str:
        """What to call it in a sentence."""
        return f"the table {self._name}"

    def rows(self) -> Rows:
        """Every person, key and session, and of which commit they are.

        Raises:
            OutsideError: The table refuses or does not answer.
        """
        begins = {f":{number}": {"S": one} for number, one in enumerate((PERSON, KEY, SESSION, NEWEST))}
        with told(f"{self.place}: cannot read it"):
            pages = self._client.get_paginator("scan").paginate(
                TableName=self._name,
                ConsistentRead=True,
                FilterExpression=" OR ".join(f"begins_with(pk, {one})" for one in begins),
                ExpressionAttributeValues=begins,
            )
            return {one["pk"]["S"]: _plain(one) for page in pages for one in page["Items"]}

    def change(self, change: Change) -> None:
        """Write or remove one row.

        Raises:
            TakenError: It no longer holds what was read.
            OutsideError: The table refuses or does not answer.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy, and only when AWS is asked

        names, values, condition = _condition(change.before)
        asked: dict[str, Any] = {"TableName": self._name, "ConditionExpression": condition}
        if values:
            asked |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        with told(f"{self.place}: cannot change it"):
            try:
                if change.after is None:
                    self._client.delete_item(Key={"pk": {"S": change.pk}}, **asked)
                else:
                    self._client.put_item(Item=_typed({"pk": change.pk, **change.after}), **asked)
            except ClientError as error:
                if code_of(error) == "ConditionalCheckFailedException":
                    raise TakenError(change.pk) from None
                raise

    def drop(self, pk: str) -> None:
        """Remove a row, if it is there.

        Raises:
            OutsideError: The table refuses or does not answer.
        """
        with told(f"{self.place}: cannot change it"):
            self._client.delete_item(TableName=self._name, Key={"pk": {"S": pk}})


def table_of(publishing: Publishing, environ: Mapping[str, str]) -> Table | None:
    """The table that the settings name; None where they name none, and nobody signs in.

    Args:
        publishing: Of the portfolio.
        environ: Says where AWS is played, if it is.

    Raises:
        OutsideError: There are no credentials.
    """
    if publishing.table is None:
        return None
    return Table(client("dynamodb", publishing.region, reach_of(environ)), publishing.table)


def _wanted(settings: Settings) -> Rows:
    """The rows of all who may sign in."""
    rows: dict[str, Row] = {}
    for person, known in sorted(settings.people.items()):
        if known.address is None or not known.roles:
            continue
        local, _, domain = known.address.partition("@")
        pk = f"{PERSON}{local}@{domain.lower()}"
        if pk in rows:
            raise UsageError(
                f"people: {rows[pk]['person']} and {person} share one address, so nobody knows whose reports to show. "
                "Give each an address of their own in portfolio.yml."
            )
        rows[pk] = {"person": person, "name": known.name, "audience": known.audience}
    return rows


def _people(wanted: Rows, rows: Rows) -> Iterator[Change]:
    """Rows of people that are to be written or removed."""
    for pk in sorted({*wanted, *(pk for pk in rows if pk.startswith(PERSON))}):
        if rows.get(pk) != wanted.get(pk):
            yield Change(pk, rows.get(pk), wanted.get(pk))


def _ended(wanted: Rows, rows: Rows) -> list[str]:
    """Sessions of whoever is no reader any more, or sees other reports than when they signed in."""

    def is_good(session: Row) -> bool:
        now = wanted.get(f"{PERSON}{session.get('address')}", {})
        return bool(now) and all(session.get(name) == now[name] for name in ("person", "audience"))

    return sorted(pk for pk, row in rows.items() if pk.startswith(SESSION) and not is_good(row))


def _outs(
    wanted: Rows, rows: Rows, people: list[Change], ended: list[str], values: Mapping[str, str], now: int
) -> dict[str, str]:
    """Up to when the edge refuses whose tokens: an hour for who is removed, a minute for who is moved."""
    reads = {str(row["person"]) for row in wanted.values()}
    gone = {str(rows[pk].get("person")) for pk in ended}
    for change in people:
        if change.before and any(
            change.before.get(name) != (change.after or {}).get(name) for name in ("person", "audience")
        ):
            gone.add(str(change.before["person"]))
    outs = {f"{OUT}{one}": str(now + (LEEWAY_SECONDS if one in reads else REMOVED_SECONDS)) for one in gone}
    back = {f"{OUT}{one}" for one in reads} - outs.keys()  # removed within the hour, and on the list again
    return outs | {
        name: str(now + LEEWAY_SECONDS)
        for name in back
        if _time(values.get(name, "0")) > now + LEEWAY_SECONDS
    }


def _told(wanted: Rows, rows: Rows, people: list[Change], ended: list[str]) -> Iterator[str]:
    """What changes for people, in their names."""
    for change in people:
        before, after = change.before, change.after
        if after is None:
            yield f"{(before or {}).get('name')} may no longer sign in."
        elif before is None or before.get("person") != after["person"]:
            yield f"{after['name']} may sign in."
        elif before.get("audience") != after["audience"]:
            yield f"{after['name']} sees the reports of {after['audience']} from now on, and signs in again."
    names = {
        str(row["person"]): str(row["name"]) for row in (*rows.values(), *wanted.values()) if "name" in row
    }
    for person in sorted({str(rows[pk].get("person")) for pk in ended}):
        yield f"Sessions of {names.get(person, person)} end."


def _keys(rows: Rows, now: int, random: Random) -> list[Change]:
    """Keys that are due: in the place of what is no key, the first of all, and after 30 days in that of the older."""
    made = {kid: _made_at(rows[KEY + kid], now) if KEY + kid in rows else 0 for kid in KIDS}
    due = [kid for kid in KIDS if KEY + kid in rows and not made[kid]]
    if not due and max(made.values()) <= now - ROTATED_SECONDS:
        due = [min(KIDS, key=lambda kid: made[kid])]
    return [
        Change(
            KEY + kid,
            rows.get(KEY + kid),
            {
                "secret": base64.urlsafe_b64encode(random(KEY_BYTES)).decode().rstrip("="),
                "made_at": now,
            },
        )
        for kid in due
    ]


def _told_of_keys(rows: Rows, keys: Iterable[Change], now: int) -> str:
    """That a new key signs, and what becomes of sessions that another one signed."""
    new = {one.pk for one in keys}
    if any(_made_at(row, now) for pk, row in rows.items() if pk.startswith(KEY) and pk not in new):
        return "A new key signs sessions; the one before stays good for theirs."
    return "A new key signs sessions."


def _made_at(row: Row, now: int) -> int:
    """When a key was made; 0 for none, and for what is no key: short, one letter over and over, of tomorrow."""
    secret, made_at = row.get("secret"), row.get("made_at")
    try:
        data = base64.b64decode(f"{secret}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return 0
    is_sound = len(data) == KEY_BYTES and len(set(data)) > 1
    return made_at if is_sound and isinstance(made_at, int) and made_at <= now + _DAY_SECONDS else 0


def _secrets(rows: Rows, keys: list[Change]) -> dict[str, str]:
    """The values of the edge for the keys that the table holds once the changes are written."""
    held = {pk: row for pk, row in rows.items() if pk.startswith(KEY)} | {
        change.pk: change.after for change in keys if change.after
    }
    return {f"key:{pk.removeprefix(KEY)}": str(row.get("secret")) for pk, row in sorted(held.items())}


def _spent(values: Mapping[str, str], secrets: Mapping[str, str], now: int) -> set[str]:
    """Values that say nothing any more: keys that sign nothing, and ends of sessions whose tokens all ended."""
    return {
        name
        for name, value in values.items()
        if (name.startswith("key:") and name not in secrets)
        or (name.startswith(OUT) and _time(value) < now - TOKEN_SECONDS - LEEWAY_SECONDS)
    }


def _time(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _condition(before: Row | None) -> tuple[dict[str, str], dict[str, Any], str]:
    """Names, values and the condition under which a row holds what was read."""
    if before is None:
        return {}, {}, "attribute_not_exists(pk)"
    names = {f"#{number}": name for number, name in enumerate(before)}
    values = _typed({f":{one[1:]}": before[name] for one, name in names.items()})
    return names, values, " AND ".join(f"{one} = :{one[1:]}" for one in names)


def _typed(row: Row) -> dict[str, dict[str, str]]:
    """As the service writes values."""
    return {
        name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in row.items()
    }


def _plain(item: Mapping[str, Mapping[str, str]]) -> Row:
    """As we write them, without the key; values of other kinds are none of ours."""
    return {
        name: int(value["N"]) if "N" in value else value["S"]
        for name, value in item.items()
        if name != "pk" and ("N" in value or "S" in value)
    }
