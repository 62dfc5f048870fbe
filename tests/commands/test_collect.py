"""`quarterdeck collect`, from the settings to the files of evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.scope import Account, Scope
from quarterdeck.commands import collect as command
from quarterdeck.commands.collect import collect, longest_unseen, plan, scopes_of
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.web import DomainCheck
from quarterdeck.parse.evidence import Header, parse_evidence, write_evidence
from quarterdeck.reading import find_evidence
from quarterdeck.settings import load_settings
from tests.cloud import TAKEN_AT, cloud, cloud_server
from tests.resolvers import Names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cloud import Cloud

__all__ = ["cloud", "cloud_server"]

SETTINGS = """\
schema: 1
aws:
  endpoint: embedded
  accounts:
    main: {account: "123456789012", regions: [us-east-1]}
entities:
  jada: {aws: {names: ["jada-*"]}}
"""
FEW = {"aws-dynamodb", "aws-sqs", "aws-tags", "dns", "ses", "web"}
TABLES = "evidence/aws/main/us-east-1/dynamodb.json"


@pytest.fixture
def portfolio(tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portfolio of one business, whose account is the empty cloud with one table."""
    from contextlib import contextmanager  # noqa: PLC0415 - for this stand-in alone

    @contextmanager
    def _cloud(_settings: object, _wanted: object) -> Iterator[str]:
        yield cloud.endpoint

    monkeypatch.setattr(command, "_endpoint", _cloud)
    for name in COLLECTORS.keys() - FEW:  # every collector is tried over the sample estate elsewhere
        monkeypatch.delitem(COLLECTORS, name)
    (tmp_path / "portfolio.yml").write_text(SETTINGS, encoding="utf-8")
    _table(cloud, "jada-bookings")
    return tmp_path


def _table(cloud: Cloud, name: str) -> None:
    cloud.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _tables(root: Path) -> list[tuple[str, str]]:
    files, _ = find_evidence(root)
    evidence, problems = parse_evidence(files)
    assert problems == []
    return [(one.name, one.entity) for one in evidence.of(Table)]


def test_what_is_seen_is_kept_with_whose_it_is(portfolio: Path, cloud: Cloud) -> None:
    _table(cloud, "old-list")
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    assert _tables(portfolio) == [("jada-bookings", "jada"), ("old-list", "")]


def test_F121_the_same_state_gives_the_same_bytes(portfolio: Path) -> None:
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    first, _ = find_evidence(portfolio)
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    assert find_evidence(portfolio)[0] == first


def test_F122_what_an_earlier_run_saw_stays_when_nothing_can_be_read(portfolio: Path, cloud: Cloud) -> None:
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    cloud.stubs.answer("dynamodb:ListTables", Refusal())
    later = collect(portfolio, {}, now=TAKEN_AT.replace(day=22), kinds=["aws"])
    assert later.exit_code() == 4
    assert (
        "Not read by aws-dynamodb: ListTables: AccessDenied. Grant dynamodb:ListTables to read it."
        in list(later.sentences())
    )
    evidence, _ = parse_evidence(find_evidence(portfolio)[0])
    (snapshot,) = [one for one in evidence.snapshots if one.collector == "aws-dynamodb"]
    assert [one.name for one in evidence.of(Table)] == ["jada-bookings"]
    assert (str(snapshot.source.as_of), str(snapshot.tried)) == ("2026-11-20", "2026-11-22")
    assert ("aws-dynamodb", "ListTables: AccessDenied") in [
        (one.collector, one.reason) for one in evidence.gaps
    ]


def test_name_servers_are_asked_about_senders_that_were_seen(
    portfolio: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SETTINGS.replace('names: ["jada-*"]', "domains: [jada.example]")
    (portfolio / "portfolio.yml").write_text(settings, encoding="utf-8")
    monkeypatch.setattr("quarterdeck.collectors.resolver.Resolver", lambda _scope: Names({}))
    cloud.client("sesv2").create_email_identity(EmailIdentity="news.jada.example")
    collect(portfolio, {}, now=TAKEN_AT, kinds=["ses", "dns"])
    collect(portfolio, {}, now=TAKEN_AT, kinds=["dns"])
    evidence, _ = parse_evidence(find_evidence(portfolio)[0])
    found = evidence.of(DomainCheck)
    assert [(one.domain, one.entity) for one in found] == [
        ("jada.example", "jada"),
        ("news.jada.example", "jada"),
    ]


def test_the_domains_of_our_own_mail_are_looked_up(portfolio: Path) -> None:
    sites = SETTINGS.replace('aws: {names: ["jada-*"]}', "sites: [jada.example]")
    mail = "mail: {sender: reports@harbor.example, reply_to: sam@jada.example}\n"
    (portfolio / "portfolio.yml").write_text(sites + mail, encoding="utf-8")
    *_, outside = scopes_of(load_settings(portfolio, {}), portfolio, TAKEN_AT, endpoint="")
    assert outside.domains == {"jada": ("jada.example",), "": ("harbor.example",)}


def test_a_list_that_could_not_be_read_is_not_known_to_be_empty(portfolio: Path, cloud: Cloud) -> None:
    cloud.stubs.answer("dynamodb:ListTables", Refusal())
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    evidence, _ = parse_evidence(find_evidence(portfolio)[0])
    assert not evidence.has_read(Table, "jada")


def test_F110_credentials_of_another_account_are_refused_before_anything_is_asked(
    portfolio: Path, cloud: Cloud
) -> None:
    (portfolio / "portfolio.yml").write_text(
        SETTINGS.replace("123456789012", "210987654321"), encoding="utf-8"
    )
    with pytest.raises(OutsideError, match="belong to another account, ending 9012"):
        collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    assert set(cloud.stubs.asked) - {""} == {"sts:GetCallerIdentity"}
    assert not (portfolio / "evidence").exists()


def test_F109_credentials_that_end_stop_the_run(portfolio: Path, cloud: Cloud) -> None:
    cloud.stubs.answer("dynamodb:ListTables", Refusal("ExpiredToken", 400))
    stopped = collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    assert stopped.exit_code() == 4
    assert "The credentials have ended" in stopped.stopped


def test_the_plan_asks_nothing(portfolio: Path, cloud: Cloud) -> None:
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    cloud.stubs.asked.clear()
    lines = list(plan(portfolio, {}, now=TAKEN_AT, kinds=["aws"]))
    (tables,) = [line for line in lines if line.startswith("aws-dynamodb main us-east-1")]
    assert "ListTables" in tables
    assert "last time" in tables
    assert not cloud.stubs.asked


def test_an_account_that_is_not_there_is_told(portfolio: Path) -> None:
    with pytest.raises(UsageError, match="There is no account other in"):
        collect(portfolio, {}, now=TAKEN_AT, account="other")


def test_the_run_says_what_it_asked(portfolio: Path) -> None:
    collect(portfolio, {}, now=TAKEN_AT, kinds=["aws"])
    manifest = msgspec.json.decode((portfolio / "evidence" / "run.json").read_bytes())
    (tables,) = [job for job in manifest["jobs"] if job["file"] == TABLES]
    assert tables["records"] == 1
    assert tables["asked"]["dynamodb:DescribeTable"] == 1


def test_where_an_estate_is_played_all_of_it_is_asked(portfolio: Path) -> None:
    named = SETTINGS.replace("jada: {", "jada: {sites: [jada.example], ")
    (portfolio / "portfolio.yml").write_text(named, encoding="utf-8")
    lines = list(plan(portfolio, {}, now=TAKEN_AT))
    assert {line.partition("-")[0].partition(" ")[0].rstrip(":") for line in lines} == {
        "aws",
        "ses",
        "dns",
        "web",
    }
    assert "web: opens pages of jada.example" in lines
    assert "dns: asks name servers about jada.example, and what mail is sent from" in lines


def test_the_plan_names_each_repository_once_for_each_collector(tmp_path: Path) -> None:
    named = SETTINGS.replace("jada: {", "jada: {repos: [code/one, code/two], ")
    (tmp_path / "portfolio.yml").write_text(named, encoding="utf-8")
    lines = list(plan(tmp_path, {}, now=TAKEN_AT, kinds=["repos"]))
    assert "repos-code: reads one, two" in lines
    assert len(lines) == sum(one.kind == "repos" for one in COLLECTORS.values())


# ── so many accounts a night ─────────────────────────────────────────────────────────────────────────────────


def seen(name: str, day: int, tried: int = 0) -> dict[str, bytes]:
    """Evidence of an account, and of the newest run that could read nothing."""
    header = Header(
        "aws-sqs",
        datetime(2026, 11, day, tzinfo=UTC),
        tried_at=datetime(2026, 11, tried, tzinfo=UTC) if tried else None,
    )
    return {f"evidence/aws/{name}/us-east-1/sqs.json": write_evidence(header, ())}


@pytest.mark.parametrize(
    ("before", "most", "wanted"),
    [
        ({}, None, "aabc"),
        ({}, 2, "aab"),
        (seen("a", 20), 2, "bc"),
        (seen("a", 20) | seen("b", 19) | seen("c", 18), 1, "c"),
        (seen("a", 20) | seen("b", 19) | seen("c", 18, tried=21), 1, "b"),
        (seen("a", 20) | seen("b", 19) | {"evidence/aws/c/sqs.json": b"{"}, 1, "c"),
        (seen("gone", 1) | {"evidence/dns/dns.json": b"{}"}, 9, "aabc"),
    ],
    ids=["all", "never-seen", "next", "oldest", "tried-and-failed", "damaged", "not-there-any-more"],
)
def test_those_seen_longest_ago_come_first(before: dict[str, bytes], most: int | None, wanted: str) -> None:
    places = [("a", "us-east-1"), ("a", "us-west-2"), ("b", "us-east-1"), ("c", "us-east-1")]
    scopes = [Scope(TAKEN_AT, (), account=Account(name, "1" * 12), region=where) for name, where in places]
    outside = Scope(TAKEN_AT, ())
    chosen = longest_unseen([*scopes, outside], before, most)
    assert "".join(one.account.name for one in chosen if one.account) == wanted
    assert chosen[-1] is outside


def test_a_run_of_so_many_accounts_looks_at_those_alone(portfolio: Path) -> None:
    other = '    spare: {account: "123456789012", regions: [us-east-1]}\n'
    write_to = portfolio / "portfolio.yml"
    write_to.write_text(SETTINGS.replace("entities:", f"{other}entities:"), encoding="utf-8")
    planned: list[str] = []
    for _ in range(2):
        planned = [line for line in plan(portfolio, {}, now=TAKEN_AT, kinds=["ses"], most=1) if "ses" in line]
        collect(portfolio, {}, now=TAKEN_AT, kinds=["ses"], most=1)
    assert [line.split()[1] for line in planned] == ["spare"]
    folders = {path.split("/")[2] for path in find_evidence(portfolio)[0] if path.startswith("evidence/ses/")}
    assert folders == {"main", "spare"}
