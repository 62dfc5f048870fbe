"""Keys of signed mail, as their records say."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.dkim import key_bits, read_dkim
from quarterdeck.model.web import DkimKey


def _key(bits: int, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    """A public key of a length, not of any private one."""
    return RSAPublicNumbers(65537, (1 << bits) - 1).public_key().public_bytes(Encoding.DER, form)


@pytest.mark.parametrize("bits", [1024, 1025, 2048, 4096])
def test_how_long_a_key_is(bits: int) -> None:
    assert key_bits(_key(bits)) == bits
    assert key_bits(_key(bits, PublicFormat.PKCS1)) == bits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DKIM1; k=rsa; p=KEY", DkimKey("s", "published", "", 2048)),
        ("p=KEY; t=s:y", DkimKey("s", "published", "", 2048, is_testing=True)),
        ("v=DKIM1; p=", DkimKey("s", "revoked")),
        ("k=ed25519; p=c2hvcnQ=", DkimKey("s", "published")),
        ("v=DKIM1; p=!!!", None),
        ("v=DKIM1; p=c2hvcnQ=", None),
        ("v=DKIM1", None),
        ("", None),
    ],
)
def test_a_record(text: str, expected: DkimKey | None) -> None:
    assert read_dkim("s", text.replace("KEY", b64encode(_key(2048)).decode())) == expected


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda tail: _key(1024)[:30] + tail))
def test_no_bytes_raise(data: bytes) -> None:
    bits = key_bits(data)
    assert 0 <= bits <= 8 * len(data)
    found = read_dkim("s", f"p={b64encode(data).decode()}")
    assert found is None or found.bits == bits
