"""Who may sign in, and with which keys: the list of the settings, brought to table and edge."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish.edge import FileEdge, Values
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.readers import (
    ROTATED_SECONDS,
    Change,
    ReadersPlan,
    Row,
    Rows,
    Table,
    bring_readers,
    readers_plan,
    table_of,
)
from quarterdeck.publish.store import TakenError
from quarterdeck.settings import Audience, Person, Publishing, Settings
from tests.infra.played_signin import Chance, make_table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from quarterdeck.publish.edge import Edge
    from tests.cloud import Cloud

NOW = 1_795_000_000
DAY = 86400
PAT_ROW = {"person": "pat", "name": "Pat Lindqvist", "audience": "owners"}
ANA_ROW = {"person": "ana", "name": "Ana Beltran", "audience": "crew"}
PEOPLE: Rows = {"person#pat@harbor.example": PAT_ROW, "person#ana@harbor.example": ANA_ROW}


def person(name: str, address: str | None, audience: str, role: str = "cfo") -> Person:
    return Person.model_validate(
        {"name": name, "address": address, "roles": (role,) if role else (), "audience": audience}
    )


PAT = person("Pat Lindqvist", "pat@harbor.example", "owners")
ANA = person("Ana Beltran", "ana@harbor.example", "crew", "cmo")


def settings(**people: Person) -> Settings:
    audiences = {"owners": Audience(), "crew": Audience()}
    return Settings.model_validate({"people": people, "audiences": audiences})


BOTH = settings(pat=PAT, ana=ANA)


def secret(first: int) -> str:
    return base64.urlsafe_b64encode(bytes(range(first, first + 32))).decode().rstrip("=")


def key(first: int = 0, made_at: int = NOW - DAY) -> Row:
    return {"secret": secret(first), "made_at": made_at}


def session(who: str, address: str, audience: str) -> Row:
    return {
        "person": who,
        "address": address,
        "audience": audience,
        "began_at": NOW - 60,
        "expires_at": NOW + DAY,
    }


SETTLED: Rows = {**PEOPLE, "key#a": key()}
OF_PAT: Rows = {"session#1": session("pat", "pat@harbor.example", "owners")}
OF_ANA: Rows = {"session#2": session("ana", "ana@harbor.example", "crew")}


def planned(
    now_is: Settings, rows: Rows, values: Mapping[str, str] | None = None, *, committed_at: int = 0
) -> ReadersPlan:
    given = Values({"key:a": secret(0)} if values is None else values, "tag")
    return readers_plan(now_is, rows, given, NOW, Chance(), committed_at=committed_at)


def people_of(plan: ReadersPlan) -> dict[str, Row | None]:
    return {one.pk: one.after for one in plan.changes if one.pk.startswith("person#")}


def test_where_all_is_as_it_should_be_nothing_is_done() -> None:
    plan = planned(BOTH, {**SETTLED, **OF_PAT, **OF_ANA})

    assert plan == ReadersPlan(edge_tag="tag")


def test_the_first_run_writes_readers_and_a_key() -> None:
    plan = planned(BOTH, {}, {})

    assert people_of(plan) == PEOPLE
    assert [one.pk for one in plan.changes] == [
        "key#a",
        "person#ana@harbor.example",
        "person#pat@harbor.example",
    ]
    assert all(one.before is None for one in plan.changes)
    made = plan.changes[0].after
    assert made is not None
    assert made["made_at"] == NOW
    assert plan.edge_puts == {"key:a": made["secret"]}
    assert plan.sentences == (
        "Ana Beltran may sign in.",
        "Pat Lindqvist may sign in.",
        "A new key signs sessions.",
    )


@pytest.mark.parametrize(
    ("case", "who"),
    [
        ("without an address", person("Pat", None, "owners")),
        ("without a role", person("Pat", "pat@harbor.example", "owners", "")),
    ],
)
def test_who_has_no_address_or_no_role_is_no_reader(case: str, who: Person) -> None:
    assert people_of(planned(settings(pat=who), {})) == {}, case


def test_the_domain_of_an_address_is_the_same_in_any_case_F_193() -> None:
    plan = planned(settings(pat=person("Pat", "Pat@Harbor.EXAMPLE", "owners")), {})

    assert list(people_of(plan)) == ["person#Pat@harbor.example"]


def test_two_people_of_one_address_are_refused() -> None:
    with pytest.raises(UsageError, match="ana and pat share one address"):
        planned(settings(pat=PAT, ana=person("Ana", "pat@Harbor.example", "crew")), {})


def test_who_is_removed_is_out_at_once() -> None:
    plan = planned(settings(ana=ANA), {**SETTLED, **OF_PAT, **OF_ANA})

    assert people_of(plan) == {"person#pat@harbor.example": None}
    assert plan.ended == ("session#1",)
    assert plan.edge_puts == {"out:pat": str(NOW + 3600)}
    assert plan.sentences == ("Pat Lindqvist may no longer sign in.", "Sessions of Pat Lindqvist end.")


@pytest.mark.parametrize(
    ("case", "who"),
    [
        ("no address any more", person("Pat", None, "owners")),
        ("no role any more", person("Pat", "pat@harbor.example", "owners", "")),
    ],
)
def test_who_loses_address_or_role_is_out_too(case: str, who: Person) -> None:
    plan = planned(settings(pat=who, ana=ANA), {**SETTLED, **OF_PAT})

    assert (plan.ended, plan.edge_puts) == (("session#1",), {"out:pat": str(NOW + 3600)}), case


def test_who_sees_other_reports_signs_in_again() -> None:
    moved = person("Pat Lindqvist", "pat@harbor.example", "crew")
    plan = planned(settings(pat=moved, ana=ANA), {**SETTLED, **OF_PAT, **OF_ANA})

    assert people_of(plan) == {"person#pat@harbor.example": PAT_ROW | {"audience": "crew"}}
    assert plan.ended == ("session#1",)
    assert plan.edge_puts == {"out:pat": str(NOW + 60)}
    assert plan.sentences[0] == "Pat Lindqvist sees the reports of crew from now on, and signs in again."


def test_a_new_address_ends_sessions_of_the_old_one() -> None:
    moved = person("Pat Lindqvist", "pat@new.example", "owners")
    plan = planned(settings(pat=moved, ana=ANA), {**SETTLED, **OF_PAT})

    assert people_of(plan) == {"person#pat@harbor.example": None, "person#pat@new.example": PAT_ROW}
    assert (plan.ended, plan.edge_puts) == (("session#1",), {"out:pat": str(NOW + 60)})


def test_whoever_gets_the_address_of_another_gets_none_of_their_sessions() -> None:
    plan = planned(
        settings(lee=person("Lee", "pat@harbor.example", "owners"), ana=ANA), {**SETTLED, **OF_PAT}
    )

    assert plan.ended == ("session#1",)
    assert plan.edge_puts == {"out:pat": str(NOW + 3600)}
    assert plan.sentences[0] == "Lee may sign in."


def test_a_new_name_ends_nothing() -> None:
    renamed = person("Pat O'Hara", "pat@harbor.example", "owners")
    plan = planned(settings(pat=renamed, ana=ANA), {**SETTLED, **OF_PAT})

    assert people_of(plan) == {"person#pat@harbor.example": PAT_ROW | {"name": "Pat O'Hara"}}
    assert (plan.ended, dict(plan.edge_puts), plan.sentences) == ((), {}, ())


def test_a_session_that_a_broken_run_left_ends_with_the_next_one() -> None:
    plan = planned(settings(ana=ANA), {"person#ana@harbor.example": ANA_ROW, "key#a": key(), **OF_PAT})

    assert (plan.ended, plan.edge_puts) == (("session#1",), {"out:pat": str(NOW + 3600)})


def test_who_comes_back_within_the_hour_is_let_in_again() -> None:
    values = {"key:a": secret(0), "out:pat": str(NOW + 3000), "out:ana": str(NOW + 30)}

    assert planned(BOTH, SETTLED, values).edge_puts == {"out:pat": str(NOW + 60)}


def test_ends_that_say_nothing_any_more_are_dropped() -> None:
    values = {
        "key:a": secret(0),
        "key:old": secret(5),
        "out:long": str(NOW - 961),
        "out:just": str(NOW - 960),
        "out:junk": "x",
        "latest": "2026-11-23-0a1b2c3",
        "root": "r",
        "host": "h",
    }

    assert planned(BOTH, SETTLED, values).edge_drops == ("key:old", "out:junk", "out:long")


# -- of which commit


def test_the_list_of_an_older_commit_brings_nobody_back() -> None:
    rows = {"person#ana@harbor.example": ANA_ROW, "key#a": key(), "newest#readers": {"committed_at": NOW}}

    assert planned(BOTH, rows, committed_at=NOW - 1).changes == ()
    assert planned(BOTH, rows, committed_at=NOW - 1).sentences == (
        "A newer commit's list of readers stands, and stays.",
    )
    assert list(people_of(planned(BOTH, rows, committed_at=NOW))) == ["person#pat@harbor.example"]
    newer = planned(BOTH, rows, committed_at=NOW + 1)
    assert newer.changes[0] == Change("newest#readers", {"committed_at": NOW}, {"committed_at": NOW + 1})
    assert list(people_of(newer)) == ["person#pat@harbor.example"]


# -- keys


@pytest.mark.parametrize(
    ("case", "rows", "changed"),
    [
        ("the first of all", {}, ["key#a"]),
        ("one that is good", {"key#a": key()}, []),
        ("one that has served a month", {"key#a": key(0, NOW - ROTATED_SECONDS)}, ["key#b"]),
        ("one that has a second left", {"key#a": key(0, NOW - ROTATED_SECONDS + 1)}, []),
        ("two, the newer good", {"key#a": key(0, NOW - 40 * DAY), "key#b": key(1, NOW - 10 * DAY)}, []),
        ("two, both old", {"key#a": key(0, NOW - 90 * DAY), "key#b": key(1, NOW - 31 * DAY)}, ["key#a"]),
        (
            "two, both old, the other way",
            {"key#a": key(0, NOW - 31 * DAY), "key#b": key(1, NOW - 90 * DAY)},
            ["key#b"],
        ),
        ("short", {"key#a": {"secret": secret(0)[:20], "made_at": NOW - 5}}, ["key#a"]),
        ("an example", {"key#a": {"secret": "A" * 43, "made_at": NOW - 5}, "key#b": key()}, ["key#a"]),
        ("no base64", {"key#a": {"secret": "?" * 43, "made_at": NOW - 5}}, ["key#a"]),
        ("of next year", {"key#a": key(0, NOW + 365 * DAY)}, ["key#a"]),
        ("without a date", {"key#a": {"secret": secret(0)}}, ["key#a"]),
        ("both bad", {"key#a": {}, "key#b": {"secret": 5}}, ["key#a", "key#b"]),
    ],
)
def test_keys_take_turns_in_two_places_F_185_F_186(case: str, rows: Rows, changed: list[str]) -> None:
    plan = planned(BOTH, {**PEOPLE, **rows}, {})
    after = {**rows, **{one.pk: one.after or {} for one in plan.changes}}

    assert [one.pk for one in plan.changes] == changed, case
    assert plan.edge_puts == {pk.replace("#", ":"): row["secret"] for pk, row in after.items()}
    assert len(set(plan.edge_puts.values())) == len(plan.edge_puts)
    others = [pk for pk in rows if pk not in changed]
    good = "; the one before stays good for theirs" if others else ""
    assert plan.sentences == ((f"A new key signs sessions{good}.",) if changed else ())
    assert all(len(str(row["secret"])) == 43 for row in after.values())


def test_an_edge_that_lost_its_keys_gets_them_again() -> None:
    plan = planned(BOTH, SETTLED, {"key:a": secret(9)})

    assert (plan.changes, plan.edge_puts) == ((), {"key:a": secret(0)})


def test_words_and_traces_hold_no_secret() -> None:
    plan = planned(BOTH, {"key#b": key(3, NOW - 40 * DAY)}, {})
    secrets = [str(one) for one in plan.edge_puts.values()]

    assert len(secrets) == 2
    assert not [one for one in secrets if one in repr(plan) or one in " ".join(plan.sentences)]


# -- writing


class InMemory(Table):
    """The table without a service."""

    def __init__(self, rows: Rows | None = None) -> None:
        """Holds these."""
        super().__init__(None, "readers")
        self.held = dict(rows or {})
        self.wrote: list[str] = []

    def rows(self) -> Rows:
        """As the table."""
        return dict(self.held)

    def change(self, change: Change) -> None:
        """As the table."""
        if self.held.get(change.pk) != change.before:
            raise TakenError(change.pk)
        self.wrote.append(change.pk)
        if change.after is None:
            del self.held[change.pk]
        else:
            self.held[change.pk] = change.after

    def drop(self, pk: str) -> None:
        """As the table."""
        self.wrote.append(pk)
        self.held.pop(pk, None)


@pytest.fixture
def edge(tmp_path: Path) -> FileEdge:
    return FileEdge(Folder(tmp_path / "published"))


def bring(now_is: Settings, table: Table, edge: Edge | None, now: int = NOW) -> tuple[str, ...]:
    return bring_readers(now_is, table, edge, now=now, random=Chance())


def test_what_is_written_needs_no_second_run(edge: FileEdge) -> None:
    table = InMemory()
    edge.write({"latest": "2026-11-23-0a1b2c3"}, (), edge.read().tag)

    assert len(bring(BOTH, table, edge)) == 3
    held, values = dict(table.held), edge.read()
    assert bring(BOTH, table, edge) == ()
    assert (table.held, edge.read()) == (held, values)
    assert values.values["latest"] == "2026-11-23-0a1b2c3"


def test_a_dry_run_says_and_writes_nothing(edge: FileEdge) -> None:
    table = InMemory(SETTLED)
    said = bring_readers(settings(ana=ANA), table, edge, now=NOW, random=Chance(), dry_run=True)

    assert said == ("Pat Lindqvist may no longer sign in.",)
    assert (table.held, edge.read()) == (SETTLED, Values({}, ""))


def test_without_an_edge_the_table_alone_is_written() -> None:
    table = InMemory()
    bring(BOTH, table, None)

    assert sorted(table.held) == ["key#a", *sorted(PEOPLE)]


def test_the_edge_knows_a_key_before_anything_is_signed_with_it_F_186(edge: FileEdge) -> None:
    class Watching(InMemory):
        def change(self, change: Change) -> None:
            if change.pk.startswith("key#") and change.after:
                assert edge.read().values[change.pk.replace("#", ":")] == change.after["secret"]
            super().change(change)

    table = Watching({**PEOPLE, "key#a": key(0, NOW - 40 * DAY)})
    bring(BOTH, table, edge)

    assert table.wrote == ["key#b"]


@pytest.mark.parametrize("number", range(5))
def test_a_run_cut_short_anywhere_is_ended_by_the_next(edge: FileEdge, number: int) -> None:
    class Failing(InMemory):
        def fail(self) -> None:
            if len(self.wrote) == number:
                raise OutsideError("broken")

        def change(self, change: Change) -> None:
            self.fail()
            super().change(change)

        def drop(self, pk: str) -> None:
            self.fail()
            super().drop(pk)

    rows = {**PEOPLE, "key#a": key(0, NOW - 40 * DAY), **OF_PAT, "session#3": OF_PAT["session#1"]}
    table = Failing(rows)
    left = settings(ana=ANA)
    if number < 4:
        with pytest.raises(OutsideError):
            bring(left, table, edge)
        assert edge.read().values["out:pat"] == str(NOW + 3600), "refused at the edge first"
    whole = InMemory(table.held)
    bring(left, whole, edge)
    assert sorted(whole.held) == ["key#a", "key#b", "person#ana@harbor.example"]
    values = edge.read().values
    assert {
        name: row["secret"] for name, row in (("key:a", whole.held["key#a"]), ("key:b", whole.held["key#b"]))
    } == {name: value for name, value in values.items() if name.startswith("key:")}


def test_beside_another_run_it_plans_again(edge: FileEdge) -> None:
    class Raced(InMemory):
        """Another run writes between the reading and the writing, once."""

        raced = False

        def rows(self) -> Rows:
            found = super().rows()
            if not self.raced:
                self.raced = True
                bring_readers(BOTH, self, edge, now=NOW, random=lambda size: bytes(range(100, 100 + size)))
            return found

    table = Raced()
    bring(BOTH, table, edge)

    assert table.held["key#a"]["secret"] == secret(100), "the other one's"
    assert edge.read().values == {"key:a": secret(100)}
    assert sorted(table.wrote) == ["key#a", *sorted(PEOPLE)], "each row once"


def test_an_edge_that_others_change_all_the_time_is_told() -> None:
    class Restless:
        def read(self) -> Values:
            return Values({}, "tag")

        def write(self, puts: Mapping[str, str], drops: Collection[str], tag: str) -> str:
            raise TakenError(f"{tag} {len(puts)} {len(drops)}")

    with pytest.raises(OutsideError, match="the table readers: others change it again and again"):
        bring(BOTH, InMemory(), Restless())


# -- the service


def in_cloud(cloud: Cloud) -> Table:
    make_table(cloud.client("dynamodb"), "readers")
    return Table(cloud.client("dynamodb"), "readers")


@pytest.mark.parametrize("make", [lambda _: InMemory(), in_cloud], ids=["memory", "service"])
def test_rows_are_changed_only_while_they_hold_what_was_read(
    cloud: Cloud, make: Callable[[Cloud], Table]
) -> None:
    table, pk = make(cloud), "person#pat@harbor.example"
    table.change(Change(pk, None, PAT_ROW))
    with pytest.raises(TakenError):
        table.change(Change(pk, None, ANA_ROW))
    with pytest.raises(TakenError):
        table.change(Change(pk, ANA_ROW, None))
    assert table.rows() == {pk: PAT_ROW}
    table.change(Change(pk, PAT_ROW, ANA_ROW))
    assert table.rows() == {pk: ANA_ROW}
    table.change(Change(pk, ANA_ROW, None))
    with pytest.raises(TakenError):
        table.change(Change(pk, ANA_ROW, None))
    table.drop(pk)
    assert table.rows() == {}


def test_readers_are_brought_to_the_service(cloud: Cloud, edge: FileEdge) -> None:
    table = in_cloud(cloud)
    client = cloud.client("dynamodb")
    for pk in ("link#1", "count#all#1", "familiar#1"):
        client.put_item(TableName="readers", Item={"pk": {"S": pk}, "expires_at": {"N": "1"}})
    for pk, row in {**OF_PAT, **OF_ANA}.items():
        table.change(Change(pk, None, row))
    bring(BOTH, table, edge)
    bring(settings(ana=ANA), table, edge)

    assert sorted(table.rows()) == ["key#a", "person#ana@harbor.example", "session#2"]
    assert len(client.scan(TableName="readers")["Items"]) == 6, "what is not ours stays"


def test_a_table_that_is_not_there_is_told_in_words(cloud: Cloud) -> None:
    with pytest.raises(OutsideError, match=r"the table readers: cannot read it: .*Correct publishing"):
        Table(cloud.client("dynamodb"), "readers").rows()


def test_without_a_table_nobody_signs_in() -> None:
    assert table_of(Publishing(), {}) is None
