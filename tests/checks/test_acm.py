"""Checks of certificates, row by row."""

from __future__ import annotations

import pytest

from quarterdeck.model.cloud.domains import Certificate
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

SERVED = {"in_use": True, "status": "ISSUED", "is_imported": False}
SPARE = SERVED | {"in_use": False}
WAITING = {"status": "PENDING_VALIDATION", "in_use": False, "expires": None}


def ends_in(days: int) -> dict[str, object]:
    return {"expires": days_before(-days)}


ROWS: list[tuple[str, str, dict[str, object], str]] = [
    ("AWS-ACM-01", "22 days", SERVED | ends_in(22), "pass"),
    ("AWS-ACM-01", "21 days", SERVED | ends_in(21), "fail high"),
    ("AWS-ACM-01", "8 days", SERVED | ends_in(8), "fail high"),
    ("AWS-ACM-01", "7 days", SERVED | ends_in(7), "fail critical"),
    ("AWS-ACM-01", "ended", SERVED | ends_in(-1), "fail critical"),
    ("AWS-ACM-01", "unused", SPARE | ends_in(3), "n/a"),
    ("AWS-ACM-01", "not issued", SERVED | {"expires": None}, "n/a"),
    ("AWS-ACM-01", "use refused", SERVED | ends_in(3) | {"in_use": REFUSED}, "unknown"),
    ("AWS-ACM-01", "day refused", SERVED | {"expires": REFUSED}, "unknown"),
    ("AWS-ACM-02", "waits for 3 days", WAITING | {"requested": days_before(3)}, "pass"),
    ("AWS-ACM-02", "waits for 4 days", WAITING | {"requested": days_before(4)}, "fail low"),
    (
        "AWS-ACM-02",
        "waits, and is in use",
        WAITING | {"requested": days_before(4), "in_use": True},
        "fail high",
    ),
    (
        "AWS-ACM-02",
        "waits, use refused",
        WAITING | {"requested": days_before(4), "in_use": REFUSED},
        "fail low",
    ),
    ("AWS-ACM-02", "waits, since when refused", WAITING | {"requested": REFUSED}, "unknown"),
    ("AWS-ACM-02", "waits, since when not said", WAITING | {"requested": None}, "unknown"),
    ("AWS-ACM-02", "failed", SPARE | {"status": "FAILED"}, "fail low"),
    ("AWS-ACM-02", "given up", SERVED | {"status": "VALIDATION_TIMED_OUT"}, "fail high"),
    ("AWS-ACM-02", "far from its end", SERVED | ends_in(61) | {"renewal": "FAILED"}, "pass"),
    ("AWS-ACM-02", "renewal failed", SERVED | ends_in(60) | {"renewal": "FAILED"}, "fail high"),
    ("AWS-ACM-02", "renewal waits", SERVED | ends_in(9) | {"renewal": "PENDING_VALIDATION"}, "fail high"),
    ("AWS-ACM-02", "of one unused", SPARE | ends_in(9) | {"renewal": "PENDING_VALIDATION"}, "fail low"),
    ("AWS-ACM-02", "renewed", SERVED | ends_in(9) | {"renewal": "SUCCESS"}, "pass"),
    ("AWS-ACM-02", "not due", SERVED | ends_in(60) | {"renewal": None}, "pass"),
    ("AWS-ACM-02", "renewal refused", SERVED | ends_in(9) | {"renewal": REFUSED}, "unknown"),
    ("AWS-ACM-02", "day refused", SERVED | {"expires": REFUSED}, "unknown"),
    ("AWS-ACM-02", "status refused", {"status": REFUSED}, "unknown"),
    ("AWS-ACM-03", "renews itself", SERVED | ends_in(9), "n/a"),
    ("AWS-ACM-03", "61 days", SERVED | ends_in(61) | {"is_imported": True}, "pass"),
    ("AWS-ACM-03", "60 days", SERVED | ends_in(60) | {"is_imported": True}, "fail medium"),
    ("AWS-ACM-03", "unused", SPARE | ends_in(9) | {"is_imported": True}, "n/a"),
    ("AWS-ACM-03", "origin refused", SERVED | ends_in(9) | {"is_imported": REFUSED}, "unknown"),
    ("AWS-ACM-03", "day refused", SERVED | {"is_imported": True, "expires": REFUSED}, "unknown"),
    ("AWS-ACM-04", "long", {"algorithm": "RSA_2048"}, "pass"),
    ("AWS-ACM-04", "elliptic", {"algorithm": "EC_prime256v1"}, "pass"),
    ("AWS-ACM-04", "short", {"algorithm": "RSA_1024"}, "fail medium"),
    ("AWS-ACM-04", "refused", {"algorithm": REFUSED}, "unknown"),
    ("AWS-ACM-05", "used", SERVED | {"issued": days_before(99)}, "pass"),
    ("AWS-ACM-05", "unused for 30 days", SPARE | {"issued": days_before(30)}, "pass"),
    ("AWS-ACM-05", "unused for 31 days", SPARE | {"issued": days_before(31)}, "fail info"),
    ("AWS-ACM-05", "not issued", WAITING, "n/a"),
    ("AWS-ACM-05", "use refused", SPARE | {"in_use": REFUSED}, "unknown"),
    ("AWS-ACM-05", "since when refused", SPARE | {"issued": REFUSED}, "unknown"),
    ("AWS-ACM-05", "since when not said", SPARE | {"issued": None}, "unknown"),
]


@pytest.mark.parametrize(("code", "case", "fields", "expected"), ROWS)
def test_a_certificate(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Certificate, name="jada.example", **fields)) == expected, case
