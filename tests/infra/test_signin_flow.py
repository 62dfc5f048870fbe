"""Sign-in from the first page to the last, and everything that somebody may try on the way (F-181 to F-200)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from signin.tokens import SESSION_SECONDS, Claims, keys_of, signed, verified
from tests.infra.played_signin import (
    CONFIG,
    ELSEWHERE,
    HOST,
    NOBODY,
    NOW,
    PAT,
    SAM,
    SITE,
    InMemory,
    cookies_of,
    event,
    text_of,
)

if TYPE_CHECKING:
    from signin.app import Answer
    from signin.table import Row
    from tests.infra.played_signin import Played

ASKED = ["GetItem", *["UpdateItem"] * 4, "GetItem", "PutItem", "SendEmail"]
"""What is called for a link, whoever asks."""


def where(answer: Answer) -> tuple[int, str]:
    return answer["statusCode"], answer["headers"].get("location", "")


def is_in(door: Played, cookies: dict[str, str]) -> bool:
    """Whether the server still renews what the edge believes."""
    return where(door.get("/auth/", cookies=cookies)) == (303, "/latest/")


def claims(door: Played, token: str) -> Claims | None:
    return verified(token, HOST, keys_of(door.table.rows(["key#a", "key#b"])), door.now)


# -- the way in and out


@pytest.mark.parametrize("kind", ["door", "cloud_door"])
def test_a_reader_comes_in_reads_on_and_leaves(kind: str, request: pytest.FixtureRequest) -> None:
    door: Played = request.getfixturevalue(kind)
    page = door.get("/auth/?next=/latest/reports/cfo/")
    assert 'name="next" value="/latest/reports/cfo/"' in page["body"]
    assert where(door.ask(goal="/latest/reports/cfo/")) == (303, "/auth/sent")
    assert door.mails[0]["To"] == PAT
    came = door.use(door.token())
    assert where(came) == (303, "/latest/reports/cfo/")
    cookies = cookies_of(came)
    assert claims(door, cookies["__Host-qd"]) == Claims("pat", "all", NOW)

    door.now += 1000
    again = door.get("/auth/?next=/latest/", cookies=cookies)
    assert claims(door, cookies_of(again)["__Host-qd"]) == Claims("pat", "all", NOW + 1000)
    assert set(cookies_of(again)) == {"__Host-qd"}

    assert "<button>Sign out</button>" in door.get("/auth/out", cookies=cookies)["body"]
    assert is_in(door, cookies), "looking at the button ends nothing"
    left = door.post("/auth/out", cookies=cookies)
    assert where(left) == (303, "/auth/out")
    assert cookies_of(left) == {"__Host-qd": "", "__Host-qd-session": ""}
    assert "You are signed out" in door.get("/auth/out")["body"]
    assert door.table.beginning("session#") == []
    assert not is_in(door, cookies), "F-188: what the browser kept opens nothing"


def test_cookies_are_for_this_host_alone_and_no_script_F_188(door: Played) -> None:
    door.ask()
    set_cookies = door.use(door.token())["cookies"]

    assert [one.partition("=")[0] for one in set_cookies] == ["__Host-qd", "__Host-qd-session"]
    assert [one.partition("; ")[2] for one in set_cookies] == [
        "Max-Age=900; Path=/; Secure; HttpOnly; SameSite=Lax",
        "Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax",
    ]


def test_the_table_holds_nothing_that_opens_anything(door: Played) -> None:
    cookies = door.signed_in()
    door.ask()
    assert isinstance(door.table, InMemory)
    written = str(door.table.held)

    assert cookies["__Host-qd-session"] not in written
    assert door.token() not in written
    assert "192.0.2.7" not in written


def test_signing_in_again_begins_a_new_session_and_ends_the_old_one_F_188(door: Played) -> None:
    old = door.signed_in()
    door.ask()
    new = cookies_of(door.use(door.token(), cookies=old))

    assert new["__Host-qd-session"] != old["__Host-qd-session"]
    assert (is_in(door, old), is_in(door, new)) == (False, True)


def test_a_session_that_somebody_put_into_the_browser_is_not_taken_over_F_188(door: Played) -> None:
    door.ask()
    came = door.use(door.token(), cookies={"__Host-qd-session": "A" * 43})

    assert cookies_of(came)["__Host-qd-session"] != "A" * 43


def test_sessions_end_thirty_days_after_the_last_visit(door: Played) -> None:
    cookies = door.signed_in()
    door.now += SESSION_SECONDS - 1
    assert is_in(door, cookies)
    door.now += SESSION_SECONDS - 1
    assert is_in(door, cookies)
    door.now += SESSION_SECONDS
    assert not is_in(door, cookies)


# -- links


def test_a_link_opens_once_F_181(door: Played) -> None:
    door.ask()
    token = door.token()

    assert [door.use(token)["statusCode"] for _ in range(3)] == [303, 410, 410]
    assert len(door.table.beginning("session#")) == 1


@pytest.mark.parametrize("kind", ["door", "cloud_door"])
def test_of_many_at_the_same_moment_one_comes_in_F_181(kind: str, request: pytest.FixtureRequest) -> None:
    door: Played = request.getfixturevalue(kind)
    door.ask()
    token, start = door.token(), Barrier(8)

    def use(_: int) -> Answer:
        start.wait()
        return door.use(token)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(use, range(8)))

    assert sorted(one["statusCode"] for one in answers) == [303] + [410] * 7
    assert [one["body"] for one in answers if one["statusCode"] == 410] == [door.use(token)["body"]] * 7
    assert len(door.table.beginning("session#")) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_program_that_opens_links_consumes_none_F_182(door: Played, method: str) -> None:
    door.ask()
    door.calls.clear()
    seen = [door.sign_in.answer(event(method, f"/auth/link?t={door.token()}")) for _ in range(3)]

    assert [one["statusCode"] for one in seen] == [200] * 3
    assert [bool(one["body"]) for one in seen] == [method == "GET"] * 3
    assert not any(one["cookies"] for one in seen)
    assert door.calls == []
    assert where(door.use(door.token())) == (303, "/latest/")


def test_the_page_of_a_link_keeps_its_address_to_itself(door: Played) -> None:
    headers = door.get("/auth/link?t=" + "A" * 43)["headers"]

    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, 303), (599, 303), (600, 410), (601, 410), (86400, 410), (-60, 303), (-61, 410), (-86400, 410)],
)
def test_a_link_opens_for_ten_minutes_F_183(door: Played, seconds: int, status: int) -> None:
    door.ask()
    door.now += seconds

    assert door.use(door.token())["statusCode"] == status


@pytest.mark.parametrize(
    "token",
    [
        "",
        "A",
        "A" * 43,
        "A" * 42 + "/",
        "../../etc/passwd",
        "' OR '1'='1",
        "\u0410" * 43,
        "A" * 44,
        "key#a",
        "%00" * 43,
    ],
)
def test_a_link_that_nobody_was_sent_opens_nothing(door: Played, token: str) -> None:
    door.ask()

    answer = door.use(token)

    assert (answer["statusCode"], answer["cookies"]) == (410, [])


def test_a_link_in_an_address_is_not_consumed_by_a_form_without_it(door: Played) -> None:
    door.ask()
    answer = door.post(f"/auth/link?t={door.token()}")

    assert answer["statusCode"] == 410
    assert door.use(door.token())["statusCode"] == 303


def test_every_link_that_opens_nothing_gets_one_answer(door: Played) -> None:
    door.ask()
    used = door.token()
    door.use(used)
    door.ask(SAM)
    ended = door.token()
    door.now += 600
    answers = [door.use(one) for one in (used, ended, "A" * 43, "no token")]

    assert all(one == answers[0] for one in answers)


def test_whoever_is_removed_before_pressing_the_button_stays_out(door: Played) -> None:
    door.ask()
    door.table.drop(f"person#{PAT}")

    assert door.use(door.token())["statusCode"] == 410
    assert door.table.beginning("session#") == []


def test_a_link_for_an_address_of_nobody_was_never_mailed_and_would_open_nothing_F_191(door: Played) -> None:
    door.ask(NOBODY)

    assert door.mails[-1]["To"] == "success@simulator.amazonses.com"
    assert door.use(door.token())["statusCode"] == 410


def test_where_a_link_leads_was_decided_when_it_was_asked_for_F_189(door: Played) -> None:
    door.ask(goal="//evil.example")
    came = door.use(door.token(), fields={"t": door.token(), "next": "https://evil.example"})

    assert where(came) == (303, "/latest/")


@pytest.mark.parametrize("goal", ["//evil.example", "/%5cevil.example", "https://evil.example", "/auth/out"])
def test_a_page_leads_nowhere_else_F_189(door: Played, goal: str) -> None:
    path = f"/auth/?{urlencode({'next': goal})}"

    assert 'name="next" value="/latest/"' in door.get(path)["body"]
    cookies = door.signed_in()
    door.now += 10
    assert where(door.get(path, cookies=cookies)) == (303, "/latest/")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example;proto=http"},
        {"x-original-url": "https://evil.example/"},
    ],
)
def test_links_begin_as_configured_F_190(door: Played, headers: dict[str, str | None]) -> None:
    door.ask(headers=headers)

    assert "evil" not in door.mails[0].as_string()
    assert f"{SITE}/auth/link?t=" in text_of(door.mails[0])


# -- who is there


@pytest.mark.parametrize(
    "address",
    [
        NOBODY,
        "Pat@harbor.example",
        "pat+1@harbor.example",
        "p.at@harbor.example",
        "pat@sub.harbor.example",
        "pat@h4rbor.example",
    ],
)
def test_unknown_addresses_cause_the_same_calls_and_the_same_answer_F_191_F_193(
    door: Played, address: str
) -> None:
    known = door.ask()
    calls = list(door.calls)
    door.calls.clear()
    unknown = door.ask(address)

    assert unknown == known
    assert door.calls == calls == ASKED
    assert door.mails[1]["To"] != PAT


def test_a_known_address_is_found_by_its_domain_in_any_case_F_193(door: Played) -> None:
    door.ask("pat@HARBOR.Example")

    assert door.mails[0]["To"] == PAT


def test_a_place_one_signed_in_from_makes_no_difference_to_be_seen_F_191(door: Played) -> None:
    door.signed_in()
    door.calls.clear()
    door.ask()

    assert door.calls == ASKED


def test_the_service_is_called_the_same_for_known_and_unknown_addresses_F_191(cloud_door: Played) -> None:
    for address in (PAT, NOBODY):
        cloud_door.calls.clear()
        cloud_door.ask(address)
        assert cloud_door.calls == ASKED, address


def test_what_is_no_address_is_told_without_a_single_call(door: Played) -> None:
    answer = door.ask("pat")

    assert answer["statusCode"] == 400
    assert "no e-mail address" in answer["body"]
    assert door.calls == []


def test_who_is_removed_is_out_at_the_next_page(door: Played) -> None:
    cookies = door.signed_in()
    door.table.drop(f"person#{PAT}")
    answer = door.get("/auth/?next=/latest/", cookies=cookies)

    assert answer["statusCode"] == 200
    assert cookies_of(answer) == {"__Host-qd": "", "__Host-qd-session": ""}
    assert door.table.beginning("session#") == []


def test_who_sees_other_reports_now_sees_them_at_the_next_page(door: Played) -> None:
    cookies = door.signed_in()
    door.person(PAT, "pat", "crew")
    door.now += 60
    again = cookies_of(door.get("/auth/", cookies=cookies))

    assert claims(door, again["__Host-qd"]) == Claims("pat", "crew", NOW + 60)


def test_whoever_gets_the_address_of_another_does_not_get_their_session(door: Played) -> None:
    cookies = door.signed_in()
    door.person(PAT, "lee")

    assert not is_in(door, cookies)


def test_a_session_that_ends_while_it_is_renewed_is_not_brought_back(
    door: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = door.signed_in()
    change = door.table.change

    def too_late(pk: str, values: Row) -> bool:
        door.table.drop(pk)
        return change(pk, values)

    monkeypatch.setattr(door.table, "change", too_late)
    assert not is_in(door, cookies)
    assert door.table.beginning("session#") == []


@pytest.mark.parametrize("session", ["", "A" * 43, "A" * 42, "key#a", "../x", "A" * 5000])
def test_a_made_up_session_is_nobody_s(door: Played, session: str) -> None:
    assert not is_in(door, {"__Host-qd-session": session})


def test_a_token_of_the_edge_is_no_session(door: Played) -> None:
    cookies = door.signed_in()

    assert not is_in(door, {"__Host-qd": cookies["__Host-qd"]})
    assert not is_in(door, {"__Host-qd-session": cookies["__Host-qd"]})


def test_a_token_that_the_edge_does_not_believe_yet_makes_no_endless_round(door: Played) -> None:
    cookies = door.signed_in()
    bounced = door.get("/auth/?next=/latest/reports/cfo/", cookies=cookies)

    assert bounced["statusCode"] == 503
    assert bounced["headers"]["refresh"] == "3; url=/latest/reports/cfo/"
    assert bounced["cookies"] == []
    assert where(door.get("/auth/", cookies=cookies)) == (303, "/latest/"), (
        "nobody was sent back from anywhere"
    )
    door.now += 3
    assert is_in(door, cookies)


def test_a_forged_token_beside_a_session_changes_nothing(door: Played) -> None:
    cookies = door.signed_in()
    forged = cookies["__Host-qd"].rpartition(".")[0] + "." + "A" * 43

    assert is_in(door, cookies | {"__Host-qd": forged})


# -- keys


def test_the_newest_key_signs_and_the_one_before_stays_good_F_186(door: Played) -> None:
    old = door.signed_in()["__Host-qd"]
    door.key("b", made_at=NOW - 600, secret=bytes(range(32, 64)))
    new = door.signed_in(SAM)["__Host-qd"]
    first, second = keys_of(door.table.rows(["key#a", "key#b"]))

    assert (first.kid, second.kid) == ("b", "a")
    assert verified(new, HOST, [first], NOW) == Claims("sam", "owners", NOW)
    assert verified(old, HOST, [first, second], NOW) == Claims("pat", "all", NOW)
    assert new == signed(Claims("sam", "owners", NOW), HOST, first)


@pytest.mark.parametrize("secret", [None, b"short", b"x" * 32])
def test_without_a_good_key_nobody_comes_in_and_no_link_is_lost_F_185(
    door: Played, secret: bytes | None
) -> None:
    door.ask()
    door.table.drop("key#a")
    if secret is not None:
        door.key("a", secret=secret)

    assert door.use(door.token())["statusCode"] == 503
    door.key("a")
    assert door.use(door.token())["statusCode"] == 303


# -- floods


def mails_to(door: Played, address: str) -> int:
    return sum(one["To"] == address for one in door.mails)


def test_a_flood_upon_one_address_leaves_a_link_that_opens_F_192(door: Played) -> None:
    answers = [door.ask(source=f"198.51.100.{number}:443") for number in range(20)]

    assert all(one == answers[0] for one in answers), "nobody sees a limit"
    assert mails_to(door, PAT) == 3
    assert where(door.use(door.token())) == (303, "/latest/"), "the victim's own, from anywhere"


def test_when_the_limit_of_an_address_is_reached_its_last_link_lives_for_another_window_F_192(
    door: Played,
) -> None:
    for number in range(4):
        door.ask(source=f"198.51.100.{number}:443")
    door.now += 299
    door.ask()
    assert mails_to(door, PAT) == 3
    assert door.use(door.token())["statusCode"] == 303


def test_a_flood_upon_one_address_ends_no_session_F_192(door: Played) -> None:
    cookies = door.signed_in()
    for number in range(20):
        door.ask(source=f"198.51.100.{number}:443")
    door.now += 10

    assert is_in(door, cookies)


def test_who_signed_in_from_there_before_is_not_locked_out_by_strangers_F_192(door: Played) -> None:
    door.signed_in()
    for number in range(30):
        door.now += 300
        door.ask(source=f"198.51.100.{number}:443")
    assert mails_to(door, PAT) == 1 + 19, "the first counted among the strangers"
    door.ask(source=ELSEWHERE)
    assert mails_to(door, PAT) == 20
    door.ask()
    assert mails_to(door, PAT) == 21


def test_mails_of_a_day_to_one_address_are_limited_even_at_home_F_192(door: Played) -> None:
    door.signed_in()
    day = door.now // 86400
    while door.now // 86400 == day:
        door.ask()
        door.now += 300

    assert mails_to(door, PAT) == 21
    door.ask()
    assert mails_to(door, PAT) == 22, "the next day"


@pytest.mark.parametrize(
    ("case", "sources", "asked"),
    [
        ("one source", [f"192.0.2.9:{port}" for port in range(20)], 10),
        ("one household of IPv6", [f"2001:db8:0:1::{number:x}:443" for number in range(20)], 10),
        ("many households", [f"2001:db8:0:{number:x}::1:443" for number in range(20)], 20),
        ("no source that can be told", ["", "x"] * 10, 10),
    ],
)
def test_a_flood_from_one_source_is_cut_F_192(
    door: Played, case: str, sources: list[str], asked: int
) -> None:
    answers = [door.ask(f"p{number}@harbor.example", source=one) for number, one in enumerate(sources)]

    assert len(door.mails) == asked, case
    assert all(one == answers[0] for one in answers)


def test_a_flood_from_one_source_uses_up_nothing_of_others_F_192(door: Played) -> None:
    for _ in range(20):
        door.ask(NOBODY, source=ELSEWHERE)
    door.ask()

    assert mails_to(door, PAT) == 1


def test_a_flood_from_everywhere_is_cut_and_who_was_here_before_still_comes_in_F_192(door: Played) -> None:
    door.signed_in()
    for number in range(120):
        door.ask(f"p{number}@harbor.example", source=f"2001:db8:{number:x}::1:443")

    assert len(door.mails) == 100
    door.ask(SAM, source=ELSEWHERE)
    assert mails_to(door, SAM) == 0
    door.ask()
    assert mails_to(door, PAT) == 2


def test_the_next_window_begins_anew_F_192(door: Played) -> None:
    for _ in range(4):
        door.ask()
    door.now += 300
    door.ask()

    assert mails_to(door, PAT) == 4


def test_counting_holds_when_many_ask_at_once_F_192(cloud_door: Played) -> None:
    door = cloud_door
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: door.ask(source=f"198.51.100.{number}:443"), range(12)))

    assert mails_to(door, PAT) == 3


def test_guessing_links_is_cut_per_source_and_costs_others_nothing_F_192(door: Played) -> None:
    door.ask()
    guesses = [door.use("A" * 43, source=ELSEWHERE) for _ in range(31)]

    assert [one["statusCode"] for one in guesses] == [410] * 30 + [429]
    assert guesses[-1]["headers"]["retry-after"] == "300"
    assert door.use(door.token(), source=ELSEWHERE)["statusCode"] == 429
    assert door.use(door.token())["statusCode"] == 303, "and the link is not lost"


# -- requests of others


@pytest.mark.parametrize("path", ["/auth/", "/auth/link", "/auth/out"])
def test_another_site_asks_for_nothing_uses_nothing_and_ends_nothing_F_197(door: Played, path: str) -> None:
    cookies = door.signed_in()
    door.ask()
    door.calls.clear()
    answer = door.post(
        path,
        fields={"address": PAT, "t": door.token()},
        cookies=cookies,
        headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    )

    assert (answer["statusCode"], answer["cookies"], door.calls) == (400, [], [])
    assert door.use(door.token())["statusCode"] == 303


def test_no_other_site_may_read_an_answer_F_197(door: Played) -> None:
    answers = [
        door.sign_in.answer(event(method, path, headers={"origin": "https://evil.example"}))
        for method in ("GET", "POST", "OPTIONS")
        for path in ("/auth/", "/auth/link", "/auth/out", "/auth/style.css")
    ]

    assert not [name for one in answers for name in one["headers"] if name.startswith("access-control-")]


DIRECT: list[tuple[str, str | None]] = [
    ("no secret", None),
    ("an empty one", ""),
    ("a guess", "wrong"),
    ("beyond ASCII", "\u0410"),
    ("its beginning", CONFIG.origin_secret[:-1]),
    ("more than it", CONFIG.origin_secret + "A"),
    ("in lower case", CONFIG.origin_secret.lower()),
    ("sent twice", f"{CONFIG.origin_secret},{CONFIG.origin_secret}"),
    ("its name", "{{resolve:secretsmanager}}"),
]
ASKED_DIRECTLY = [
    ("GET", "/auth/"),
    ("HEAD", "/auth/"),
    ("POST", "/auth/"),
    ("GET", "/auth/link?t=" + "A" * 43),
    ("POST", "/auth/link"),
    ("POST", "/auth/out"),
    ("GET", "/auth/style.css"),
    ("GET", "/nothing"),
    ("DELETE", "/auth/"),
    ("OPTIONS", "/auth/"),
]


@pytest.mark.parametrize("secret", [secret for _, secret in DIRECT], ids=[name for name, _ in DIRECT])
def test_who_calls_the_function_directly_gets_nothing_whatever_is_asked(
    door: Played, secret: str | None
) -> None:
    """Past the distribution: one answer for everything, without a call, a mail, a cookie or a count."""
    cookies = door.signed_in()
    door.ask()
    fields = {"address": PAT, "t": door.token()}
    held, sent = dict(door.table.held), len(door.mails)  # type: ignore[union-attr]  # this door's is in memory
    door.calls.clear()
    answers = [
        door.sign_in.answer(
            event(method, path, cookies=cookies, fields=fields, headers={"x-quarterdeck-origin": secret})
        )
        for method, path in ASKED_DIRECTLY
    ]

    assert all(one == answers[0] for one in answers)
    assert (answers[0]["statusCode"], answers[0]["cookies"], door.calls) == (400, [], [])
    assert (door.table.held, len(door.mails)) == (held, sent)  # type: ignore[union-attr]  # likewise
    assert door.use(fields["t"])["statusCode"] == 303, "and the link still opens"


def test_a_direct_call_is_refused_before_anything_of_it_is_read(door: Played) -> None:
    odd = {"headers": {}, "rawPath": 7, "requestContext": None, "body": "x" * 100_000, "cookies": 3}
    assert door.sign_in.answer(odd)["statusCode"] == 400
    assert door.sign_in.answer({})["statusCode"] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/auth", 303),
        ("GET", "/auth/nothing", 303),
        ("GET", "/auth/../latest/", 303),
        ("GET", "/AUTH/", 303),
        ("GET", "/auth/link", 410),
        ("GET", "/auth/link?t=x", 410),
        ("GET", "/auth/?next=%ff", 400),
        ("GET", "/auth/?" + "&".join("ab"[n % 2] for n in range(20)), 400),
        ("POST", "/auth/nothing", 400),
        ("POST", "/auth/sent", 400),
        ("PUT", "/auth/", 405),
        ("OPTIONS", "/auth/", 405),
        ("DELETE", "/auth/out", 405),
        ("GET", "/auth/sent", 200),
        ("GET", "/auth/style.css", 200),
        ("GET", "/auth/icon.svg", 200),
    ],
)
def test_odd_requests_get_an_answer_that_the_distribution_leaves_alone(
    door: Played, method: str, path: str, status: int
) -> None:
    answer = door.sign_in.answer(event(method, path))

    assert answer["statusCode"] == status
    assert door.calls == []
    assert answer["headers"].get("allow") == ("GET, HEAD, POST" if status == 405 else None)
    assert answer["headers"].get("location", "/auth/") == "/auth/"
