"""Stopping mails by one press or by a mail program, without signing in (F-171)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signin.tokens import digest
from tests.infra.played_signin import AT_HOME, NOW, event

if TYPE_CHECKING:
    from tests.infra.played_signin import Played

TOKEN = "Zm9y_" + "A" * 38
ONE_CLICK = "List-Unsubscribe=One-Click"
BY_PROGRAM: dict[str, str | None] = {"origin": None, "sec-fetch-site": None}
LINK = f"/auth/stop?t={TOKEN}"


@pytest.fixture(params=["door", "cloud_door"])
def mailed(request: pytest.FixtureRequest) -> Played:
    """A site that mailed Pat a link to stop."""
    door: Played = request.getfixturevalue(request.param)
    door.table.put(f"stop#{digest(TOKEN)}", {"person": "pat"})
    return door


def quiet(door: Played) -> list[str]:
    return door.table.beginning("quiet#")


def test_F171_opening_the_link_stops_nothing(mailed: Played) -> None:
    mailed.calls.clear()
    page = mailed.get(LINK)
    assert page["statusCode"] == 200
    assert f'<form method="post" action="{LINK}"><button>' in page["body"]
    assert mailed.calls == []
    assert quiet(mailed) == []


@pytest.mark.parametrize(
    "headers", [{}, BY_PROGRAM, {**BY_PROGRAM, "content-type": "multipart/form-data; boundary=x"}]
)
def test_F171_a_press_or_a_program_stops_them_at_once_and_again_is_as_well(
    mailed: Played, headers: dict[str, str | None]
) -> None:
    for _ in range(2):
        answer = mailed.post(LINK, body=ONE_CLICK, headers=headers)
        assert (answer["statusCode"], answer["cookies"]) == (200, [])
        assert "have stopped" in answer["body"]
        assert quiet(mailed) == ["quiet#pat"]
    row = mailed.table.row("quiet#pat")
    assert row is not None
    assert row["since"] == NOW


@pytest.mark.parametrize(
    "path",
    [
        "/auth/stop",
        "/auth/stop?t=",
        f"/auth/stop?t={'B' * 43}",
        f"/auth/stop?t={TOKEN[:-1]}",
        f"{LINK}&t={TOKEN}",
    ],
)
def test_a_token_that_nobody_was_given_stops_nobody(mailed: Played, path: str) -> None:
    assert mailed.post(path, body=ONE_CLICK, headers=BY_PROGRAM)["statusCode"] == 410
    assert quiet(mailed) == []


def test_tokens_cannot_be_guessed_by_trying(mailed: Played) -> None:
    for number in range(30):
        assert mailed.post(f"/auth/stop?t={number:043}")["statusCode"] == 410
    slow = mailed.post(LINK)
    assert (slow["statusCode"], slow["headers"]["retry-after"]) == (429, "300")
    assert quiet(mailed) == []
    assert mailed.post(LINK, source="198.51.100.8:443")["statusCode"] == 200


def test_no_other_form_comes_from_elsewhere(mailed: Played) -> None:
    for path in ("/auth/", "/auth/link", "/auth/out", "/auth/stop/", "/auth/stop2"):
        assert mailed.post(path, body=ONE_CLICK, headers=BY_PROGRAM)["statusCode"] == 400


def test_it_needs_the_way_through_the_distribution(mailed: Played) -> None:
    asked = event("POST", LINK, source=AT_HOME, headers={"x-quarterdeck-origin": "x"})
    assert mailed.sign_in.answer(asked)["statusCode"] == 400
    assert quiet(mailed) == []
