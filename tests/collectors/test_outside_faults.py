"""Faults at every kind of question for names and sites: nothing crashes, and nothing is taken for fine or for wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import msgspec
import pytest

from quarterdeck.collectors.dns import domains
from quarterdeck.collectors.embedded.names import Names, sample_names
from quarterdeck.collectors.embedded.outside import outside
from quarterdeck.collectors.embedded.sites import Reply, Sites, sample_sites
from quarterdeck.collectors.fetch import MOST_BYTES, Fetcher
from quarterdeck.collectors.resolver import Resolver
from quarterdeck.collectors.run import Brought, Done, Job
from quarterdeck.collectors.web import sites
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import SiteCheck
from tests.cloud import TAKEN_AT
from tests.played import SITES, a_played_scope, become_other, statuses

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping

    from dns.message import Message

    from quarterdeck.collectors.embedded.names import Said as Told
    from quarterdeck.collectors.embedded.sites import Said
    from quarterdeck.collectors.scope import Played, Scope


class Estate:
    """Names and sites while they are played, and what is said of them with every question answered."""

    def __init__(self, played: Played, names: Names, web: Sites) -> None:
        """What answers, and where."""
        self.played = played
        self.names = names
        self.web = web
        self.asked: tuple[str, ...] = ()

    def of_names(self, seconds: float = 20) -> Done:
        """What the collector of names brings now, with so much patience for each question."""
        scope = a_played_scope(self.played)
        return _done("dns", scope, domains(scope, Resolver(scope, seconds=seconds)))

    def of_sites(self, *only: str, **played: Any) -> Done:  # noqa: ANN401 - any field of where they are played
        """What the collector of sites brings now, of some sites."""
        where = msgspec.structs.replace(self.played, **played)
        scope = a_played_scope(where)
        named = {entity: tuple(one for one in those if one in only) for entity, those in scope.sites.items()}
        scope = msgspec.structs.replace(scope, sites=named)
        return _done("web", scope, sites(scope, Fetcher(scope, pause=lambda _: None, seconds=2)))


def _done(name: str, scope: Scope, everything: Iterator[Any]) -> Done:
    told = list(everything)
    gaps = tuple(one for one in told if isinstance(one, NotCollected))
    facts = tuple(one for one in told if not isinstance(one, NotCollected))
    return Done(Job(name, scope), Brought(facts, gaps))


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """The sample's names and sites."""
    names, web = sample_names(), sample_sites()
    with outside(TAKEN_AT, names=names, sites=web) as played:
        yield Estate(played, names, web)


@pytest.fixture(scope="module")
def names_whole(estate: Estate) -> Mapping[str, str]:
    """What every check says of domains when every question is answered."""
    whole = statuses(estate.of_names())
    estate.asked = tuple(estate.names.asked)
    return whole


@pytest.fixture(scope="module")
def sites_whole(estate: Estate) -> Mapping[str, str]:
    """What every check says of sites when every question is answered."""
    return statuses(estate.of_sites(*SITES))


# names


def _code(code: int) -> Told:
    def said(question: Message, _on_connection: bool) -> bytes:  # noqa: FBT001 - as it is asked
        reply = dns.message.make_response(question)
        reply.set_rcode(dns.rcode.from_text(dns.rcode.to_text(dns.rcode.Rcode(code))))
        return reply.to_wire()

    return said


def _cut(question: Message, _on_connection: bool) -> bytes:  # noqa: FBT001 - as it is asked
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


FAULTS: Mapping[str, Told] = {
    "servfail": _code(dns.rcode.SERVFAIL),
    "refused": _code(dns.rcode.REFUSED),
    "silent": lambda _question, _on_connection: None,
    "garbage": lambda _question, _on_connection: b"\0\1\2",
    "cut": _cut,
}
KINDS = ("A", "AAAA", "CAA", "CNAME", "DS", "MX", "NS", "SOA", "TXT")
TELLING = (
    "A backup.samplehost.example",
    "A mail.samplehost.example",
    "A ns-2049.awsdns-65.net",
    "CNAME in.mailhost.example",
    "CNAME jadakey3._domainkey.jada.example",
    "MX reports.example",
    "TXT _dmarc.dangerouscentaur.example",
    "TXT _dmarc.queenofsandiego.example",
    "TXT _spf.mailhost.example",
    "TXT amazonses.com",
    "TXT dangerouscentaur.example._report._dmarc.reports.example",
    "TXT expertyachtdelivery.example",
    "TXT jadakey1._domainkey.jada.example",
)


def _with_names(estate: Estate, questions: list[str], said: Told) -> Done:
    for one in questions:
        estate.names.answer(one, said)
    try:
        return estate.of_names(0.3 if said is FAULTS["silent"] else 20)
    finally:
        for one in questions:
            estate.names.answer(one, None)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_every_name_makes_nothing_fine_and_nothing_wrong(
    estate: Estate, names_whole: Mapping[str, str], kind: str, fault: str
) -> None:
    questions = [one for one in estate.asked if one.startswith(f"{kind} ")]
    assert questions
    after = statuses(_with_names(estate, questions, FAULTS[fault]))
    other = become_other(names_whole, after)
    if kind == "SOA":  # whether a zone's own servers answer it is what this check looks at
        other = {name: pair for name, pair in other.items() if not name.startswith("DNS-16/")}
    assert other == {}


@pytest.mark.parametrize("question", TELLING)
def test_a_fault_at_one_name_makes_nothing_fine_and_nothing_wrong(
    estate: Estate, names_whole: Mapping[str, str], question: str
) -> None:
    assert question in estate.asked
    after = statuses(_with_names(estate, [question], FAULTS["servfail"]))
    assert become_other(names_whole, after) == {}
    assert after != names_whole


def test_an_answer_that_is_cut_short_is_asked_for_again_on_a_connection(
    estate: Estate, names_whole: Mapping[str, str]
) -> None:
    def said(question: Message, on_connection: bool) -> bytes:  # noqa: FBT001 - as it is asked
        whole = sample_names().told(question.to_wire(), on_connection=True)
        return whole if on_connection and whole else _cut(question, on_connection)

    questions = [one for one in estate.asked if one.startswith("TXT ")]
    assert statuses(_with_names(estate, questions, said)) == names_whole


def test_a_name_that_is_not_there_is_an_answer(estate: Estate, names_whole: Mapping[str, str]) -> None:
    after = statuses(_with_names(estate, ["TXT _dmarc.jada.example"], _code(dns.rcode.NXDOMAIN)))
    assert names_whole["DNS-06/jada/jada.example"] == "pass"
    assert after["DNS-06/jada/jada.example"] == "fail"
    unknown = {name for name, status in after.items() if status == "unknown"}
    assert unknown <= {name for name, status in names_whole.items() if status == "unknown"}


# sites


def _malformed(line: socket.socket) -> None:
    line.sendall(b"This is no answer.\r\n\r\n")


def _broken_off(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<html>")


def _silent(line: socket.socket) -> None:
    """Waits until whoever asked has had enough."""
    with suppress(OSError):
        line.recv(1)


BREAKING: Mapping[str, Callable[[str], Reply | Said]] = {
    "malformed": lambda _address: _malformed,
    "broken off": lambda _address: _broken_off,
    "in circles": lambda address: Reply(302, {"Location": address}),
}
WATCHED = ("dangerouscentaur.example", "jada.example", "queenofsandiego.example")
_ADDRESSES = [
    f"https://{host}{path}"
    for host, site in sample_sites().sites.items()
    if host in WATCHED
    for path in (
        "/robots.txt",
        "/no-such-page-of-quarterdeck",
        *site.pages,
        *site.files,
        "/card.jpg",
        "/work",
    )
]
BROKEN = [
    (address, fault)
    for address in _ADDRESSES
    for fault in BREAKING
    if fault != "broken off" or not address.endswith("/work")  # nothing but what stands above it is asked for
]
SPEAKS_OF_SILENCE = {"WEB-01", "WEB-02", "WEB-26", "WEB-32"}
"""Checks of whether a site, its booking page or its picture answers."""


def _with_site(estate: Estate, address: str, said: Reply | Said) -> Done:
    estate.web.answer(address, said)
    try:
        return estate.of_sites(address.split("/")[2])
    finally:
        estate.web.answer(address, None)


def _other(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    other = become_other(before, after)
    return {name: pair for name, pair in other.items() if name.partition("/")[0] not in SPEAKS_OF_SILENCE}


@pytest.mark.parametrize(("address", "fault"), BROKEN)
def test_a_fault_at_an_address_makes_nothing_fine_and_nothing_wrong(
    estate: Estate, sites_whole: Mapping[str, str], address: str, fault: str
) -> None:
    after = statuses(_with_site(estate, address, BREAKING[fault](address)))
    assert _other(sites_whole, after) == {}


@pytest.mark.parametrize(
    "address", ["https://jada.example/sails", "https://queenofsandiego.example/band.jpg"]
)
def test_silence_makes_nothing_fine_and_nothing_wrong(
    estate: Estate, sites_whole: Mapping[str, str], address: str
) -> None:
    after = statuses(_with_site(estate, address, _silent))
    assert _other(sites_whole, after) == {}
    assert {name for name, status in after.items() if sites_whole.get(name) != status}


@pytest.mark.parametrize("path", ["/", "/terms"])
def test_a_page_that_is_too_large_is_not_judged_by_its_beginning(
    estate: Estate, sites_whole: Mapping[str, str], path: str
) -> None:
    huge = Reply(200, {"Content-Type": "text/html"}, b"<p>" + b"x" * (MOST_BYTES + 1))
    after = statuses(_with_site(estate, f"https://jada.example{path}", huge))
    heavy = "WEB-35/jada/jada.example"
    assert set(_other(sites_whole, after)) <= {heavy}
    assert after[heavy] == ("fail" if path == "/" else sites_whole[heavy])


def test_where_nobody_listens_a_site_is_down_and_the_rest_is_not_known(
    estate: Estate, sites_whole: Mapping[str, str]
) -> None:
    _, closed = estate.played.sites["quickdump.example"]
    done = estate.of_sites("jada.example", sites={"jada.example": (closed, closed)})
    (site,) = (one for one in done.brought.facts if isinstance(one, SiteCheck))
    assert site.silence == "no connection, connection refused"
    after = statuses(done)
    assert after["WEB-01/jada/jada.example"] == "fail"
    assert _other(sites_whole, after) == {}


def test_a_wrong_certificate_is_the_only_thing_that_changes(
    estate: Estate, sites_whole: Mapping[str, str]
) -> None:
    plain, _ = estate.played.sites["dangerouscentaur.example"]
    _, others = estate.played.sites["shipcaptaincrew.example"]
    after = statuses(
        estate.of_sites("dangerouscentaur.example", sites={"dangerouscentaur.example": (plain, others)})
    )
    assert become_other(sites_whole, after) == {
        "WEB-03/dangerouscentaur/dangerouscentaur.example": ("pass", "fail")
    }
