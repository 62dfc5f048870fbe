"""Secrets in a repository: where each is found, what is remembered, and that nothing of it comes out."""

from __future__ import annotations

import base64
import html
import json
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from quarterdeck.collectors.repos import secret_search, secrets
from quarterdeck.collectors.repos.secrets import MAKE_KEY
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import FoundSecret, Ignored
from quarterdeck.model.severity import Severity
from quarterdeck.parse.evidence import Header, write_evidence
from tests.repos import TAKEN_AT, Repo
from tests.secrets.made import Maker

if TYPE_CHECKING:
    from pathlib import Path

NAME = "repos-secrets"
M = Maker(31)
LIVE = "sk" + "_live_" + M.signs(30)
TOKEN = M.summed("gh" + "p_")
PASSWORD = M.signs(18)


def _found(repo: Repo, **fields: object) -> list[FoundSecret]:
    return [one for one in repo.collect(NAME, **fields)[0] if isinstance(one, FoundSecret)]


def _told(found: list[FoundSecret]) -> list[tuple[str, str, int]]:
    return [(one.code, one.path, one.line) for one in found]


def test_a_tracked_secret_has_its_place_and_days(repo: Repo) -> None:
    repo.commit({"pay.py": f"import stripe\n\nKEY = '{LIVE}'\n"}, days_ago=40)
    repo.commit({"readme.txt": "hello"}, days_ago=2)
    (one,) = _found(repo)
    assert (one.place, one.path, one.line, one.entity) == ("jada-site", "pay.py", 3, "jada")
    assert (one.code, one.detector, one.vendor, one.use) == (
        "SEC-01",
        "stripe_live_secret",
        "Stripe",
        "payment",
    )
    assert (one.severity, one.is_tracked, one.in_history) == (Severity.CRITICAL, True, False)
    assert (one.first_seen, one.last_seen) == (date(2026, 10, 11), date(2026, 10, 11))


def test_F103_what_was_removed_stands_in_history(repo: Repo) -> None:
    repo.commit({"pay.py": f"KEY = '{LIVE}'\n"}, days_ago=40)
    repo.commit({"pay.py": "KEY = read()\n"}, days_ago=20)
    (one,) = _found(repo)
    assert (one.path, one.is_tracked, one.in_history) == ("pay.py", False, True)
    assert (one.first_seen, one.last_seen) == (date(2026, 10, 11), date(2026, 10, 31))


def test_a_branch_that_is_not_looked_at_counts_as_history(repo: Repo) -> None:
    repo.commit({"a.txt": "hello"}, days_ago=9)
    repo.git("checkout", "--quiet", "-b", "try")
    repo.commit({"pay.py": f"KEY = '{LIVE}'\n"}, days_ago=8)
    repo.git("checkout", "--quiet", "main")
    assert [(one.path, one.is_tracked) for one in _found(repo)] == [("pay.py", False)]


def test_F104_a_secret_that_moves_is_the_same(repo: Repo) -> None:
    repo.commit({"pay.py": f"KEY = '{LIVE}'\n"}, days_ago=40)
    (before,) = _found(repo)
    repo.commit({"pay.py": None, "src/till.py": f"# moved\n\nKEY = '{LIVE}'\n"}, days_ago=3)
    (after,) = _found(repo)
    assert (after.path, after.line, after.origin) == ("src/till.py", 3, "pay.py")
    assert after.fingerprint == before.fingerprint
    assert after.known_by == before.known_by == "jada-site:pay.py"


def test_one_secret_in_two_files_is_known_by_each(repo: Repo) -> None:
    repo.commit({"a.py": f"KEY = '{LIVE}'\n"}, days_ago=9)
    repo.commit({"b.py": f"K = '{LIVE}'\n"}, days_ago=8)
    found = _found(repo)
    assert [one.known_by for one in found] == ["jada-site:a.py", "jada-site:b.py"]
    assert len({one.fingerprint for one in found}) == 1


def test_F097_messages_and_names_are_searched_and_never_shown(repo: Repo) -> None:
    repo.commit({f"n-{TOKEN}.txt": "hello"}, message=f"use {TOKEN}", days_ago=4)
    repo.git("branch", f"b-{TOKEN}")
    repo.git("tag", "-a", "v1", "-m", f"tagged {TOKEN}")
    found = _found(repo)
    paths = [one.path for one in found]
    assert [path for path in paths if path.startswith("message of commit")]
    assert {"message of tags/v1", "name of a branch or tag", "n-[secret removed].txt"} <= set(paths)
    assert {one.code for one in found} == {"SEC-37"}
    assert TOKEN not in repr(found)


def test_files_that_are_no_text_and_files_in_two_bytes(repo: Repo) -> None:
    near, far = f"\0\1{TOKEN}\n".encode(), b"\0" * 5_000 + TOKEN.encode()
    repo.commit(
        {"near.bin": near, "far.bin": far, "wide.txt": b"\xff\xfe" + f"k {TOKEN}".encode("utf-16-le")}
    )
    assert [one.path for one in _found(repo)] == ["near.bin", "wide.txt"]


def test_a_large_file_is_looked_at_by_its_name(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "LARGEST", 1_000)
    repo.commit({"a.py": f"KEY = '{LIVE}'\n" + "#" * 1_000, f"{TOKEN}.txt": "#" * 1_001})
    records, gaps = repo.collect(NAME)
    assert [one.path for one in records if isinstance(one, FoundSecret)] == ["[secret removed].txt"]
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("jada-site:large files", "files over 5 MB, looked at by their names only: 2")
    ]


def test_beyond_the_budget_is_a_gap(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "MOST_BYTES", 60)
    repo.commit({"a.py": f"KEY = '{LIVE}'\n", "b.py": f"K = '{TOKEN}'\n" * 3})
    records, gaps = repo.collect(NAME)
    assert len(records) == 1
    assert "versions of files beyond the first gigabyte, not searched: 1" in [gap.reason for gap in gaps]


def test_F103_a_shallow_copy_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"pay.py": f"KEY = '{LIVE}'\n"}, days_ago=9)
    repo.commit({"pay.py": "KEY = read()\n"}, days_ago=8)
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "copy"))
    copy = Repo(tmp_path / "copy")
    records, gaps = copy.collect(NAME)
    assert records == []
    assert [gap.reason.partition(":")[0] for gap in gaps] == ["history not covered"]


def test_without_a_key_nothing_has_a_fingerprint_and_nothing_is_remembered(repo: Repo) -> None:
    repo.commit({"a.py": f"KEY = '{LIVE}'\n", "b.py": f"KEY = '{LIVE}'\n"})
    records, gaps = repo.collect(NAME, fingerprint_key="")
    assert [isinstance(one, FoundSecret) and one.fingerprint for one in records] == [
        NotCollected(NAME, "fingerprint", MAKE_KEY, "jada")
    ] * 2
    assert MAKE_KEY in [gap.reason for gap in gaps]
    assert not (repo.folder.parent / "cache").exists()


@pytest.mark.parametrize(
    ("said", "ignored"),
    [
        ("", None),
        (
            "  # quarterdeck:ignore reason=revoked in May owner=Ines until=2027-01-31",
            Ignored("revoked in May", "Ines", date(2027, 1, 31)),
        ),
        ("  # quarterdeck:ignore reason=revoked", Ignored("revoked")),
        (" /* quarterdeck:ignore owner=Ines until=soon */", Ignored(owner="Ines")),
    ],
)
def test_F101_a_comment_says_who_answers_for_it(repo: Repo, said: str, ignored: Ignored | None) -> None:
    repo.commit({"a.py": f"KEY = '{LIVE}'{said}\n"})
    assert [one.ignored for one in _found(repo)] == [ignored]


def test_an_ignore_counts_only_whole_and_until_its_day() -> None:
    whole = Ignored("revoked", "Ines", date(2027, 1, 31))
    assert whole.holds(date(2027, 1, 31))
    assert not whole.holds(date(2027, 2, 1))
    assert Ignored("revoked").lacks == ("owner", "until")
    assert not Ignored("revoked").holds(date(2026, 1, 1))


def test_a_signed_token_that_has_ended_is_a_note(repo: Repo) -> None:
    repo.commit(
        {"a.txt": f"t {M.token({'exp': 1_700_000_000})}\n", "b.txt": f"t {M.token({'exp': 1_900_000_000})}\n"}
    )
    assert [one.severity for one in _found(repo)] == [Severity.INFO, Severity.MEDIUM]


def test_P8_and_vendored_files(repo: Repo) -> None:
    line = f"db_password = '{PASSWORD}'\n"
    repo.commit({"tests/a.ini": line, "vendor/a.ini": line, "a.ini": line})
    assert [(one.path, one.severity) for one in _found(repo)] == [
        ("a.ini", Severity.MEDIUM),
        ("tests/a.ini", Severity.INFO),
    ]


def test_a_second_audit_searches_only_what_is_new(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    look = secret_search.look_into

    def _looked(data: bytes, path: str, key: str) -> secret_search.Looked:
        searched.append(path)
        return look(data, path, key)

    monkeypatch.setattr(secrets, "look_into", _looked)
    repo.commit({"a.py": f"KEY = '{LIVE}'\n", "b.py": "x = 1\n"}, days_ago=9)
    first = repo.collect(NAME)
    assert sorted(searched) == ["a.py", "b.py"]
    assert repo.collect(NAME) == first
    assert sorted(searched) == ["a.py", "b.py"]
    repo.commit({"c.py": f"T = '{TOKEN}'\n"}, days_ago=8)
    assert _told(_found(repo)) == [("SEC-01", "a.py", 1), ("SEC-37", "c.py", 1)]
    assert sorted(searched) == ["a.py", "b.py", "c.py"]
    repo.collect(NAME, fingerprint_key="another")
    assert len(searched) == 6, "another key knows none of it"


def test_without_a_folder_nothing_is_remembered(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo.commit({"a.py": f"KEY = '{LIVE}'\n"})
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert _told(_found(repo, cache="")) == [("SEC-01", "a.py", 1)]
    assert list(empty.iterdir()) == []


def test_a_memory_that_is_broken_is_made_anew(repo: Repo) -> None:
    repo.commit({"a.py": f"KEY = '{LIVE}'\n"})
    first = repo.collect(NAME)
    (file,) = (repo.folder.parent / "cache").iterdir()
    file.write_bytes(b'{"stamp": 3')
    assert repo.collect(NAME) == first
    assert json.loads(file.read_bytes())["stamp"]


def _forms(secret: str) -> list[bytes]:
    raw = secret.encode()
    plain = [raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), html.escape(secret).encode()]
    plain += [json.dumps(secret)[1:-1].encode(), quote(secret, safe="").encode()]
    coded = [base64.b64encode(b"\0" * at + raw)[-(-at * 8 // 6) :].rstrip(b"=")[:-1] for at in range(3)]
    return plain + coded + [one.translate(bytes.maketrans(b"+/", b"-_")) for one in coded]


def test_F096_no_record_gap_evidence_or_memory_holds_it(repo: Repo) -> None:
    every = (LIVE, TOKEN, PASSWORD)
    repo.commit(
        {f"n-{TOKEN}.txt": "x", "a.py": f"KEY = '{LIVE}'\n", ".env": f"DB_PASSWORD={PASSWORD}\n"}, f"m {LIVE}"
    )
    repo.git("branch", f"b-{TOKEN}")
    repo.commit({"a.py": "x", "z.yml": f"password: {PASSWORD}  # quarterdeck:ignore reason={LIVE} owner=a\n"})
    records, gaps = repo.collect(NAME)
    assert len({one.fingerprint for one in records if isinstance(one, FoundSecret)}) == len(every)
    data = write_evidence(Header(NAME, TAKEN_AT), records, gaps)
    kept = [one.read_bytes() for one in (repo.folder.parent / "cache").rglob("*") if one.is_file()]
    assert kept
    outputs = [data, *kept, repr(records).encode(), repr(gaps).encode()]
    assert [form for secret in every for form in _forms(secret) for one in outputs if form in one] == []


def test_what_history_leads_to_and_is_not_here_is_said(repo: Repo) -> None:
    repo.commit({"a.txt": "one\n"})
    gone = repo.git("rev-parse", "HEAD:a.txt")
    repo.commit({"a.txt": "two\n"})
    (repo.folder / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    _, gaps = repo.collect("repos-secrets")
    assert [gap.reason for gap in gaps] == ["objects of its history that are not here, not searched: 1"]
