"""The names and sites that are played: what they answer, that the same comes twice, and that nothing else is asked."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import msgspec
import pytest

from quarterdeck.collectors.embedded.names import Names, name_server, sample_names
from quarterdeck.collectors.embedded.outside import outside
from quarterdeck.collectors.embedded.sites import sample_sites
from quarterdeck.collectors.fetch import Fetcher, NotAnsweredError, NotAskedError
from quarterdeck.collectors.resolver import Resolver
from quarterdeck.collectors.run import Done, Job, files_of, run_job
from quarterdeck.collectors.scope import HERE, Scope, WebLimits
from quarterdeck.commands.collect import collect
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.reading import find_evidence
from quarterdeck.settings import load_settings
from tests.cloud import TAKEN_AT
from tests.played import BROUGHT, SITES, a_played_scope
from tests.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.collectors.scope import Played

ZONE = """\
; for people
jada.example       TXT   "v=spf1 " "-all"
jada.example       TXT   "b"
jada.example       MX    10 mail.jada.example.
www.jada.example   CNAME jada.example.
loop.jada.example  CNAME loop.jada.example.
"""


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    with outside(TAKEN_AT) as found:
        yield found


def _files(scope: Scope) -> dict[str, bytes]:
    jobs = [Job(name, scope) for name in ("dns", "web")]
    done = [Done(job, BROUGHT.decode(run_job(job.collector, msgspec.json.encode(job.scope)))) for job in jobs]
    return {file.path: file.data for file in files_of(done, (), {})}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("jada.example", "TXT", ("b", "v=spf1 -all")),
        ("JADA.Example", "MX", ("10 mail.jada.example.",)),
        ("www.jada.example", "TXT", ("b", "v=spf1 -all")),
        ("www.jada.example", "CNAME", ("jada.example.",)),
        ("jada.example", "CAA", None),
        ("example", "TXT", None),
        ("none.example", "TXT", None),
    ],
)
def test_what_a_played_name_has(name: str, kind: str, expected: object) -> None:
    with name_server(Names(ZONE)) as port:
        assert Resolver(Scope(TAKEN_AT, (), resolvers=(HERE,)), port=port).ask(name, kind) == expected


def test_a_name_that_is_not_there_differs_from_one_that_has_nothing_of_the_kind() -> None:
    with name_server(Names(ZONE)) as port:
        codes = [
            dns.query.udp(dns.message.make_query(name, "CAA"), HERE, port=port, timeout=5).rcode()
            for name in ("jada.example", "example", "none.example")
        ]
    assert codes == [dns.rcode.NOERROR, dns.rcode.NOERROR, dns.rcode.NXDOMAIN]


def test_names_are_told_on_a_connection_as_well() -> None:
    names = Names(ZONE)
    with name_server(names) as port:
        answer = dns.query.tcp(dns.message.make_query("jada.example", "MX"), HERE, port=port, timeout=5)
    assert [str(one) for one in answer.answer[0]] == ["10 mail.jada.example."]
    assert names.asked == {"MX jada.example": 1}


def test_a_name_that_leads_to_itself_ends() -> None:
    with name_server(Names(ZONE)) as port:
        answer = Resolver(Scope(TAKEN_AT, (), resolvers=(HERE,)), port=port).ask("loop.jada.example", "A")
    assert isinstance(answer, NotCollected)


def test_every_site_that_is_played_is_one_of_the_sample_and_has_an_address() -> None:
    names, sites = sample_names(), sample_sites()
    settings = load_settings(ROOT, {})
    assert set(sites.sites) == {site for one in settings.entities.values() for site in one.sites}
    for host in sites.sites:
        reply = names.told(dns.message.make_query(host, "A").to_wire(), on_connection=False)
        assert reply is not None
        assert dns.message.from_wire(reply).answer


def test_the_same_state_gives_the_same_bytes_at_other_ports_and_under_other_keys(played: Played) -> None:
    first = _files(a_played_scope(played))
    with outside(TAKEN_AT) as again:
        assert again.sites != played.sites
        assert again.authorities != played.authorities
        assert _files(a_played_scope(again)) == first
    text = b"".join(first.values()).decode()
    assert HERE not in text
    assert not [port for ports in played.sites.values() for port in ports if f":{port}" in text]


def test_certificates_are_reckoned_from_the_run_and_not_from_the_clock() -> None:
    later = TAKEN_AT + timedelta(days=5000)
    with outside(later) as found:
        answer = Fetcher(a_played_scope(found)).get("https://shipcaptaincrew.example/")
    assert answer.tls is not None
    assert (answer.tls.fault, answer.tls.issuer) == ("", "Let's Encrypt")
    assert answer.tls.ends == later.date() + timedelta(days=9)


def test_a_certificate_is_refused_where_it_is_for_somebody_else(played: Played) -> None:
    answer = Fetcher(a_played_scope(played)).get("https://expertyachtdelivery.example/")
    assert answer.tls is not None
    assert "not valid for 'expertyachtdelivery.example'" in answer.tls.fault
    assert not answer.tls.fault.endswith(".")


def test_nobody_but_the_run_trusts_what_is_played(played: Played) -> None:
    net = Fetcher(a_played_scope(played), trust=ssl.create_default_context)
    answer = net.get("https://jada.example/")
    assert answer.tls is not None
    assert answer.tls.fault


@pytest.mark.parametrize(
    "address",
    ["http://localhost/", "http://127.0.0.1/", "http://www.jada.example/", "http://jada.example:8080/"],
)
def test_no_other_address_of_this_machine_is_let_through(played: Played, address: str) -> None:
    with pytest.raises(NotAnsweredError, match="leads nowhere"):
        Fetcher(a_played_scope(played)).get(address)


def test_the_ports_that_are_played_are_closed_to_names_from_outside(played: Played) -> None:
    plain, _ = played.sites["jada.example"]
    real = msgspec.structs.replace(a_played_scope(played), played=None)
    with pytest.raises(NotAskedError, match="inside a network"):
        Fetcher(real, resolve=lambda _host, _port: [(HERE, plain)]).get("http://jada.example/")


class Watched:
    """Every place that something was sent to or looked up."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: set[tuple[Any, ...]] = set()
        self.looked_up: list[object] = []
        for name in ("connect", "connect_ex", "sendto"):
            self._watch(patch, name)
        patch.setattr(socket, "getaddrinfo", self._getaddrinfo(socket.getaddrinfo))

    def _watch(self, patch: pytest.MonkeyPatch, name: str) -> None:
        real = getattr(socket.socket, name)

        def watched(sock: socket.socket, *arguments: Any) -> Any:  # noqa: ANN401 - as the library takes it
            if isinstance(arguments[-1], tuple):
                self.sent.add(arguments[-1][:2])
            return real(sock, *arguments)

        patch.setattr(socket.socket, name, watched)

    def _getaddrinfo(self, real: Any) -> Any:  # noqa: ANN401 - as the library has it
        def watched(host: object, *arguments: Any, **how: Any) -> Any:  # noqa: ANN401 - as above
            if host != HERE:
                self.looked_up.append(host)
            return real(host, *arguments, **how)

        return watched


def test_nothing_leaves_this_machine_where_the_estate_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (ROOT / "portfolio.yml").read_text(encoding="utf-8")
    greedy = "dns: {resolvers: [192.0.2.99], registry: true}\nweb: {probe: true, private: true}\n"
    (tmp_path / "portfolio.yml").write_text(settings + greedy, encoding="utf-8")
    watched = Watched(monkeypatch)
    found = collect(tmp_path, {}, now=TAKEN_AT, kinds=["dns", "web"])
    assert {host for host, _ in watched.sent} == {HERE}
    assert watched.looked_up == []
    assert [one.brought.gaps for one in found.done] == [(), ()]
    evidence, problems = parse_evidence(find_evidence(tmp_path)[0])
    assert problems == []
    assert {one.site for one in evidence.of(SiteCheck)} == set(SITES)
    assert len(evidence.of(DomainCheck)) == len(SITES) + 1


def test_private_addresses_stay_closed_beside_what_is_played(played: Played) -> None:
    scope = msgspec.structs.replace(a_played_scope(played), web=WebLimits(private=False))
    net = Fetcher(scope, resolve=lambda _host, port: [("10.0.0.1", port)])
    with pytest.raises(NotAskedError):
        net.get("http://jada.example/")
