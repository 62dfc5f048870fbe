"""Sign-in, played on this machine: the function that runs in the cloud, over a table in memory."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.errors import UsageError
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.signin import sign_in_here
from quarterdeck.settings import Settings
from tests.infra.played_signin import NOW, Chance, cookies_of, event

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

    from quarterdeck.publish.signin import Answer, Event

INFRA = Path(__file__).parents[2] / "infra"
PLACE = "http://127.0.0.1:8001"
SETTINGS = Settings.model_validate(
    {
        "name": "Harbor Group",
        "people": {"pat": {"name": "Pat", "address": "pat@harbor.example", "roles": ("cfo",)}},
    }
)


def here(folder: Path, told: list[str], **other: Any) -> AbstractContextManager[Any]:  # noqa: ANN401 - any argument
    given: dict[str, Any] = {
        "site_url": PLACE,
        "outbox": folder / "outbox",
        "edge": FileEdge(Folder(folder / "published")),
        "infra": INFRA,
        "told": told.append,
        "now": lambda: NOW,
        "random": Chance(),
    }
    return sign_in_here(SETTINGS, **(given | other))


def asked(address: str) -> Event:
    return event("POST", "/auth/", fields={"address": address}, headers={"x-quarterdeck-origin": None})


def test_a_reader_signs_in_on_this_machine(tmp_path: Path) -> None:
    told: list[str] = []
    with here(tmp_path, told) as answer:
        answer(asked("pat@harbor.example"))
        link = told[0].rpartition(" ")[2]
        came: Answer = answer(event("POST", "/auth/link", fields={"t": link.partition("?t=")[2]}))

    assert told == [f"Mail for pat@harbor.example in outbox/sign-in-1.eml: {link}"]
    assert link.startswith(f"{PLACE}/auth/link?t=")
    assert set(cookies_of(came)) == {"__Host-qd", "__Host-qd-session"}
    mail = message_from_bytes((tmp_path / "outbox/sign-in-1.eml").read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",))
    assert text is not None
    assert link in text.get_content()
    assert list(FileEdge(Folder(tmp_path / "published")).read().values) == ["key:a"]


def test_nobody_gets_no_mail_and_the_same_answer(tmp_path: Path) -> None:
    told: list[str] = []
    with here(tmp_path, told) as answer:
        assert answer(asked("eve@harbor.example")) == answer(asked("pat@harbor.example"))

    assert told[0] == "A link was asked for with an address that belongs to no reader: nothing is mailed."
    assert [one.name for one in (tmp_path / "outbox").iterdir()] == ["sign-in-1.eml"]


def test_the_next_run_has_a_key_of_its_own(tmp_path: Path) -> None:
    edge, chance = FileEdge(Folder(tmp_path / "published")), Chance()
    values = []
    for _ in range(2):
        with here(tmp_path, [], random=chance):
            values.append(dict(edge.read().values))

    assert [list(one) for one in values] == [["key:a"], ["key:a"]]
    assert values[0] != values[1]


def test_where_the_function_is_missing_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Take the folder infra"), here(tmp_path, [], infra=tmp_path):
        pass
