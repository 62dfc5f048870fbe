"""Secrets in text; every one here is made at run time, so that no scanner finds one in this file."""

from __future__ import annotations

import random
import string
import time

import pytest

from quarterdeck.secrets.detectors import Hit, find
from quarterdeck.secrets.redact import REDACTED, redact
from tests.secrets.made import Maker

_RANDOM = random.Random(7)  # noqa: S311  # repeatable, nothing secret


def signs(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_RANDOM.choice(alphabet) for _ in range(count))


CAPITALS = string.ascii_uppercase + string.digits
PEM = "-----{} {} KEY-----"
BODY = "\n".join(signs(64) for _ in range(4))
SECRETS = [
    ("stripe_live_secret", "sk_" + "live_" + signs(24)),
    ("stripe_restricted_live", "rk_" + "live_" + signs(40)),
    ("stripe_test_secret", "sk_" + "test_" + signs(24)),
    ("stripe_test_secret", "rk_" + "test_" + signs(24)),
    ("stripe_webhook_secret", "whs" + "ec_" + signs(32)),
    ("aws_key_id_alone", "AK" + "IA" + signs(16, CAPITALS)),
    ("aws_key_id_alone", "AS" + "IA" + signs(16, CAPITALS)),
    ("google_api_key", "AI" + "za" + signs(35)),
    ("github_token", Maker().summed("gh" + "p_")),
    ("github_token", "github" + "_pat_" + signs(22) + "_" + signs(59)),
    ("slack_token", "xo" + "xb-" + "1" + signs(40)),
    ("private_key_block", f"{PEM.format('BEGIN RSA', 'PRIVATE')}\n{BODY}\n"),
    ("private_key_block", PEM.format("BEGIN", "PRIVATE") + "\\n" + BODY.replace("\n", "\\n") + "\\n"),
]


@pytest.mark.parametrize(("detector", "secret"), SECRETS, ids=lambda value: value[:12])
def test_secrets_are_found_with_their_place_and_taken_out(detector: str, secret: str) -> None:
    text = f"first line\nkey: {secret} end\nlast line"
    hits = find(text)
    assert hits == (Hit(2, 6, detector),)
    assert secret not in repr(hits)
    clean = redact(text)
    assert clean.startswith(f"first line\nkey: {REDACTED}")
    assert clean.count("\n") == text.count("\n")
    assert secret[:40] not in clean


@pytest.mark.parametrize(
    "text",
    [
        "sk_" + "live_" + "x" * 24,
        "sk_" + "test_" + "EXAMPLE" + signs(20),
        "sk_" + "live_${STRIPE_KEY}",
        "AK" + "IA" + "IOSFODNN7EXAMPLE",
        "gh" + "p_" + "changeme" + signs(28),
        "whs" + "ec_YOUR_SECRET_HERE",
        "xo" + "xb-" + "tokens start like this",
        "pk_" + "live_" + signs(24),
        f"{PEM.format('BEGIN', 'PUBLIC')}\n{BODY}\n",
        PEM.format("BEGIN RSA", "PRIVATE") + "\nEXAMPLE\n",
        "the sk_" + "live_ prefix, and AK" + "IA ids",
        "commit " + signs(40, "0123456789abcdef"),
        "price_" + signs(24),
    ],
)
def test_F099_placeholders_and_public_ids_are_no_secrets(text: str) -> None:
    assert find(text) == ()
    assert redact(text) == text


def test_the_secret_beside_an_aws_id_is_found() -> None:
    value = "aB3/" + signs(36)
    text = f"id = {'AK' + 'IA' + signs(16, CAPITALS)}\nsecret = {value}\n"
    assert [hit.detector for hit in find(text)] == ["aws_access_key_pair", "aws_access_key_pair"]
    assert value not in redact(text)
    assert find(f"hash {value}\n") == ()


@pytest.mark.parametrize(
    "line",
    [
        "AKIA" * 250_000,
        "sk_live_" * 120_000,
        "-----BEGIN " + "RSA " * 250_000 + "PRIVATE KEY-----",
        ("-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64 + "\n") * 10_000,
        ("xo" + "xb-" + "a-") * 150_000,
        ("AK" + "IA" + "B2" * 8 + " ") * 5_000,
        "A" * 1_000_000 + "PRIVATE KEY",
    ],
    ids=lambda line: line[:12],
)
def test_F102_hostile_lines_take_bounded_time(line: str) -> None:
    start = time.perf_counter()
    find(line)
    assert time.perf_counter() - start < 30, "hang guard, no measurement"
