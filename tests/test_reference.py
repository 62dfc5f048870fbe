"""What is known from elsewhere, with the day on which it was looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.reference import region_of


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("52.4.0.0", "us-east-1"),
        ("3.5.140.7", "ap-northeast-2"),
        ("192.0.2.7", ""),
        ("10.0.0.1", ""),
        ("127.0.0.1", ""),
        ("2001:db8::1", ""),
        ("box.example", ""),
        ("", ""),
    ],
)
def test_the_region_of_an_address(address: str, expected: str) -> None:
    assert region_of(address) == expected


@given(st.ip_addresses(v=4, network="10.0.0.0/8").map(str))
def test_an_address_of_a_private_network_is_of_no_region(address: str) -> None:
    assert not region_of(address)
