"""Tokens that the edge believes, and all that must not be believed (F-183 to F-187)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from signin.table import BusyError, Row
from signin.tokens import Claims, Key, digest, is_token, keys_of, new_token, signed, signing_key, verified
from tests.infra.played_signin import HOST, NOW

SECRET = bytes(range(32))
KEY = Key("a", SECRET, NOW - 86400)
OTHER = Key("b", bytes(range(32, 64)), NOW - 3600)
CLAIMS = Claims("pat", "owners", NOW)
HEADER = {"alg": "HS256", "kid": "a", "typ": "JWT"}
BODY = {"aud": HOST, "exp": NOW + 900, "iat": NOW, "iss": "quarterdeck", "see": "owners", "sub": "pat"}


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def made(header: Any = HEADER, body: Any = BODY, secret: bytes = SECRET, method: str = "sha256") -> str:  # noqa: ANN401
    """A token as somebody makes it who knows the secret or not."""
    text = f"{part(header)}.{part(body)}"
    return f"{text}.{part(hmac.new(secret, text.encode(), method).digest())}"


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in BODY.items() if key != name}


def test_a_token_says_what_was_signed_for_a_quarter_of_an_hour() -> None:
    token = signed(CLAIMS, HOST, KEY)

    assert [json.loads(base64.urlsafe_b64decode(one + "==")) for one in token.split(".")[:2]] == [
        HEADER,
        BODY,
    ]
    assert verified(token, HOST, [KEY], NOW) == CLAIMS
    assert made() != token, "the space after commas differs"
    assert verified(made(), HOST, [KEY], NOW) == CLAIMS, "what counts is what it says"


def test_both_keys_are_believed_and_none_besides_F_186() -> None:
    token = signed(CLAIMS, HOST, OTHER)

    assert verified(token, HOST, [KEY, OTHER], NOW) == CLAIMS
    assert verified(token, HOST, [KEY], NOW) is None


@pytest.mark.parametrize(
    ("case", "token"),
    [
        ("nothing", ""),
        ("no token", "pat"),
        ("two parts", ".".join(made().split(".")[:2])),
        ("four parts", f"{made()}.{part(b'x')}"),
        ("no signature", f"{part(HEADER)}.{part(BODY)}."),
        ("alg none", f"{part(HEADER | {'alg': 'none'})}.{part(BODY)}."),
        ("alg none, signed", made(HEADER | {"alg": "none"})),
        ("alg None in other letters", made(HEADER | {"alg": "nOnE"})),
        ("RS256, with our secret as its public key", made(HEADER | {"alg": "RS256"})),
        ("HS512", made(HEADER | {"alg": "HS512"}, method="sha512")),
        ("HS384", made(HEADER | {"alg": "HS384"})),
        ("a list of algorithms", made(HEADER | {"alg": ["HS256", "none"]})),
        ("no algorithm", made({"kid": "a", "typ": "JWT"})),
        ("another key under our name", made(secret=b"x" * 32)),
        ("the empty key", made(secret=b"")),
        ("the name of the key as the key", made(secret=b"a")),
        ("a key that nobody has", made(HEADER | {"kid": "c"})),
        ("kid as a path", made(HEADER | {"kid": "../../dev/null"}, secret=b"")),
        ("kid as SQL", made(HEADER | {"kid": "a' UNION SELECT 'x"}, secret=b"x")),
        ("kid of a row that is no key", made(HEADER | {"kid": "person#pat@harbor.example"})),
        ("kid as a number", made(HEADER | {"kid": 0})),
        ("no kid", made({"alg": "HS256", "typ": "JWT"})),
        ("an embedded key", made(HEADER | {"jwk": {"kty": "oct", "k": part(b"x" * 32)}}, secret=b"x" * 32)),
        ("an address of a key", made(HEADER | {"jku": "https://evil.example/keys"})),
        ("an unknown crit", made(HEADER | {"crit": ["exp"]})),
        ("a header that is a list", made([HEADER])),
        ("a header that is no JSON", made(b"{")),
        ("a header that is no text", made(b"\xff\xfe")),
        ("a header without end", made(b"[" * 1500)),
        ("a body that is a text", made(body="pat")),
        ("a body that is nothing", made(body=None)),
        ("ended", made(body=BODY | {"iat": NOW - 960, "exp": NOW - 60})),
        ("not yet", made(body=BODY | {"iat": NOW + 61})),
        *((f"without {name}", made(body=without(name))) for name in BODY),
        ("aud of another host", made(body=BODY | {"aud": "evil.example"})),
        ("aud as a list", made(body=BODY | {"aud": [HOST]})),
        ("iss of another", made(body=BODY | {"iss": "quarterdeck2"})),
        ("exp as a text", made(body=BODY | {"exp": str(NOW + 900)})),
        ("exp as a fraction", made(body=BODY | {"exp": NOW + 0.5})),
        ("exp that never comes", made(b"{", b'{"exp":1e999}')),
        ("iat as true", made(body=BODY | {"iat": True})),
        ("sub empty", made(body=BODY | {"sub": ""})),
        ("sub as a list", made(body=BODY | {"sub": ["pat"]})),
        ("see as true", made(body=BODY | {"see": True})),
        ("see of everybody", f"{part(HEADER)}.{part(BODY | {'see': 'all'})}.{made().split('.')[2]}"),
        ("over 4 KB", made(body=BODY | {"sub": "p" * 4096})),
        ("padding", made() + "="),
        ("a line end", made() + "\n"),
        ("letters beyond ASCII", made()[:-1] + "\u0410"),
    ],
)
def test_what_nobody_signed_says_nothing_F_184_F_187(case: str, token: str) -> None:
    assert verified(token, HOST, [KEY], NOW) is None, case


@pytest.mark.parametrize(
    ("age", "is_good"), [(-61, False), (-60, True), (0, True), (899, True), (959, True), (960, False)]
)
def test_clocks_may_differ_by_a_minute_F_183(age: int, is_good: bool) -> None:  # noqa: FBT001 - a column of a table
    token = signed(CLAIMS, HOST, KEY)

    assert (verified(token, HOST, [KEY], NOW + age) is not None) == is_good


def test_a_new_key_signs_once_every_edge_knows_it_F_186() -> None:
    new = Key("b", SECRET, NOW)

    assert signing_key((new, KEY), NOW + 599) == KEY
    assert signing_key((new, KEY), NOW + 600) == new
    assert signing_key((new,), NOW) == new, "the first of all has nobody to wait for"


@pytest.mark.parametrize(
    ("case", "row"),
    [
        ("no secret", {"made_at": NOW}),
        ("short", {"secret": part(b"0123456789abcdef"), "made_at": NOW}),
        ("one byte over and over", {"secret": part(b"x" * 32), "made_at": NOW}),
        ("no base64", {"secret": "?" * 43, "made_at": NOW}),
        ("a number", {"secret": 5, "made_at": NOW}),
        ("no date", {"secret": part(SECRET)}),
    ],
)
def test_what_is_no_key_is_named_and_never_repeated_F_185(case: str, row: Row) -> None:
    with pytest.raises(BusyError) as error:
        keys_of([{"pk": "key#a", **row}])

    assert str(error.value) == "key#a is no key of 32 random bytes", case


def test_no_key_at_all_F_185() -> None:
    with pytest.raises(BusyError, match="no row key#a or key#b"):
        keys_of([])


def test_a_token_of_a_link_has_256_bits_and_stands_in_the_table_as_its_hash() -> None:
    token = new_token(lambda size: bytes(range(size)))

    assert is_token(token)
    assert digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert not any(
        is_token(one) for one in ("", token[:-1], f"{token}A", f"{token}\n", token[:-1] + "/", "\u0661" * 43)
    )
