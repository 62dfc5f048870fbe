"""Books on disk: what `check` tells of them, what it remembers, what is refused, and who sees what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.books import read_books
from quarterdeck.commands.inputs import read
from quarterdeck.portfolio import find_ledger
from tests.sites import AS_OF, BOAT, a_portfolio, built, environ_of, holding, run, write

OPEN = "2026-01-01 open Assets:BOAT:Bank\n2026-01-01 open Income:BOAT:Charter\n"
SOUND = '2026-02-01 * "Guest" "Sail"\n  Assets:BOAT:Bank  10.00 USD\n  Income:BOAT:Charter\n'
UNBALANCED = SOUND.replace("Charter", "Charter  -9.00 USD")
MAIN = "ledger/main.beancount"


def with_ledger(root: Path, text: str, **more: str) -> Path:
    """A portfolio of one boat with these books."""
    a_portfolio(root)
    write(root, MAIN, text)
    for name, other in more.items():
        write(root, f"ledger/{name}.beancount", other)
    return root


def refused(root: Path) -> list[str]:
    return sorted(one.path for one in find_ledger(root)[1] if one.refused)


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        (SOUND, [], 0, ""),
        (UNBALANCED, [], 0, f"{MAIN}:3: this entry does not balance: 1.00 USD left over"),
        (UNBALANCED, ["--fail-on", "high"], 1, f"{MAIN}:3:"),
        (f'plugin "os"\n{SOUND}', [], 2, f"{MAIN}:3:1: refused: a plugin line would run a program"),
        (
            'include "/etc/passwd"\n',
            [],
            2,
            f'{MAIN}:3:1: refused: include "/etc/passwd" leads out of ledger/',
        ),
        (f"{SOUND}<<<<<<< mine\n=======\n>>>>>>> theirs\n", [], 2, f"{MAIN}:6:"),
    ],
)
def test_F230_check_tells_file_and_line_and_ends_with_its_code(
    tmp_path: Path, text: str, words: list[str], code: int, said: str
) -> None:
    done = run(with_ledger(tmp_path / "p", f"{OPEN}{text}"), "check", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert done.stdout.startswith(said), done.stdout
    assert bool(done.stdout) == bool(said)
    assert "2 files checked" in done.stderr or "3 files checked" in done.stderr


def test_one_book_alone_is_checked_with_the_others(tmp_path: Path) -> None:
    root = with_ledger(tmp_path / "p", f'{OPEN}include "a.beancount"\n{UNBALANCED}', a=UNBALANCED)
    done = run(root, "check", "ledger/a.beancount")
    assert done.stdout.startswith("ledger/a.beancount:1: ")
    assert done.stdout.count("\n") == 1


LOADED = (
    "import sys; from quarterdeck.cli import main\n"
    "try: main(['check'])\n"
    "except SystemExit: pass\n"
    "print('LOADED', sorted({'beancount', 'quarterdeck.parse.ledger'} & set(sys.modules)))"
)


def loaded(root: Path) -> str:
    """Which parts that read books a check loads."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=root,
        env=environ_of(root),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_beancount_is_loaded_only_where_a_book_changed(tmp_path: Path) -> None:
    root = with_ledger(tmp_path / "p", f"{OPEN}{UNBALANCED}")
    assert "beancount" in loaded(root)
    assert loaded(root) == "LOADED []"
    write(root, "handoffs/boat.md", f"{BOAT}\n")
    assert loaded(root) == "LOADED []"
    write(root, MAIN, f"{OPEN}{SOUND}")
    assert "beancount" in loaded(root)


def test_beancount_is_never_loaded_without_books(tmp_path: Path) -> None:
    assert loaded(a_portfolio(tmp_path / "p")) == "LOADED []"


def test_what_is_remembered_is_what_was_read(tmp_path: Path) -> None:
    text = f'{OPEN}{SOUND}{UNBALANCED}2026-01-02 custom "budget" Income:BOAT:Charter "weekly" 1.10 USD\n'
    root = with_ledger(
        tmp_path / "p", f"{text}2026-03-01 price EUR 1.1 USD\n2026-03-01 balance Assets:BOAT:Bank 1 USD\n"
    )
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = read_books(root, environ)
    assert read_books(root, environ) == first == read_books(root, {})
    assert first.ledger.entries
    assert first.problems


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"a": {"ledger": 3}}'])
def test_F234_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    root = with_ledger(tmp_path / "p", f"{OPEN}{SOUND}")
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = read_books(root, environ)
    (file,) = (tmp_path / "cache" / "quarterdeck").iterdir()
    file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n" + damage)
    assert read_books(root, environ) == first


def test_F076_a_full_disk_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = with_ledger(tmp_path / "p", f"{OPEN}{SOUND}")

    def full(_file: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert len(read_books(root, {"XDG_CACHE_HOME": str(tmp_path / "cache")}).ledger.entries) == 1


def test_F072_F073_links_and_fifos_are_named_and_never_read(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.beancount", SOUND)
    root = with_ledger(tmp_path / "p", f'{OPEN}include "*.beancount"\n', sound=SOUND)
    (root / "ledger" / "link.beancount").symlink_to(outside)
    (root / "ledger" / "folder").symlink_to(outside.parent)
    (root / "ledger" / "ring").symlink_to(root / "ledger")
    (root / "ledger" / "gone.beancount").symlink_to(tmp_path / "nowhere")
    os.mkfifo(root / "ledger" / "pipe.beancount")
    names = ["folder", "gone.beancount", "link.beancount", "ring"]
    assert refused(root) == [f"ledger/{name}" for name in names]
    assert "ledger/pipe.beancount" in [one.path for one in find_ledger(root)[1]]
    assert [one.path for one in read_books(root, {}).ledger.entries] == ["ledger/sound.beancount"]
    done = run(root, "check")
    assert done.returncode == 2
    told = {line.partition(":")[0] for line in done.stdout.splitlines() if "is a symbolic link" in line}
    assert told == {f"ledger/{name}" for name in names}


def test_F072_a_linked_folder_of_books_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/main.beancount", SOUND)
    root = a_portfolio(tmp_path / "p")
    (root / "ledger").symlink_to(tmp_path / "elsewhere")
    assert refused(root) == ["ledger"]
    assert read_books(root, {}).ledger.entries == ()


def test_F074_books_that_differ_by_case_or_unicode_form_are_refused(tmp_path: Path) -> None:
    root = with_ledger(tmp_path / "p", f'{OPEN}include "*.beancount"\n', a=SOUND, A=SOUND, b=SOUND)
    write(root, "ledger/caf\u00e9.beancount", SOUND)
    write(root, "ledger/cafe\u0301.beancount", SOUND)
    assert len(refused(root)) == 4
    assert [one.path for one in read_books(root, {}).ledger.entries] == ["ledger/b.beancount"]


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file")]
)
def test_F075_a_book_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    root = with_ledger(tmp_path / "p", f'{OPEN}include "a.beancount"\n{SOUND}', a=SOUND)
    opened = Path.open

    def fail(self: Path, mode: str) -> object:
        if self.name == "a.beancount":
            raise error
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", fail)
    assert refused(root) == ["ledger/a.beancount"]
    assert len(read_books(root, {}).ledger.entries) == 1


CANARY = "Zanzibar"
HIDDEN = "undertow"
SETTINGS = f"""schema: 1
name: Fleet
as_of: {AS_OF}
audiences:
  crew: {{title: Crew, roles: [ceo, cfo, cmo, cto, accounting], entities: [boat]}}
  owners: {{title: Owners}}
"""
BOOK = f"""2026-01-01 open Assets:UNDERTOW:Bank:{CANARY}
  purpose: "{CANARY}"
2026-01-01 open Income:UNDERTOW:{CANARY}
2026-10-02 * "{CANARY} payee" "{CANARY} narration" #{CANARY}-tag ^{CANARY}-link
  booking: "{CANARY}-1"
  Assets:UNDERTOW:Bank:{CANARY}  77777.00 USD
  Income:UNDERTOW:{CANARY}
2026-10-03 * "{CANARY} shared payee" "{CANARY} shared" #{CANARY}-tag ^{CANARY}-link
  booking: "{CANARY}-2"
  Assets:UNDERTOW:Bank:{CANARY}  -40.00 USD
  Assets:BOAT:Bank  40.00 USD
2026-10-04 * "{CANARY} unbalanced" "{CANARY}"
  Assets:UNDERTOW:Bank:{CANARY}  5.00 USD
  Income:UNDERTOW:{CANARY}  -4.00 USD
2026-10-05 balance Assets:UNDERTOW:Bank:{CANARY} 1.00 USD
2026-10-05 balance Assets:BOAT:Bank 50.00 USD
2026-10-05 price EUR 1.10 USD
2026-10-06 custom "budget" Income:UNDERTOW:{CANARY} "monthly" 4321.00 USD
plugin "{CANARY}"
2026-10-07 * "{CANARY} unreadable" "{CANARY}
"""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = a_portfolio(
        tmp_path_factory.mktemp("books") / "p",
        SETTINGS,
        boat=BOAT,
        undertow=BOAT.replace("entity: boat", f"entity: {HIDDEN}")
        .replace("Sunset Boat", CANARY)
        .replace("#B-1", "#U-1"),
    )
    write(root, MAIN, f'include "boat-2026.beancount"\ninclude "{HIDDEN}-2026.beancount"\n')
    mine = (
        f"2026-10-06 balance Assets:UNDERTOW:Bank:{CANARY} 2.00 USD\n{SOUND.replace('Guest', 'Crew guest')}"
    )
    write(root, "ledger/boat-2026.beancount", f"{OPEN}{mine}{UNBALANCED}")
    write(root, f"ledger/{HIDDEN}-2026.beancount", BOOK)
    return root


def test_F070_no_word_of_a_hidden_book_is_in_what_others_are_told(fleet: Path) -> None:
    inputs = read(fleet, {}, today=lambda _zone: pytest.fail("the settings say the date"))
    owners = brief(inputs, inputs.settings.audiences["owners"])
    crew = brief(inputs, inputs.settings.audiences["crew"])
    assert CANARY in repr(owners)
    for word in (CANARY, CANARY.lower(), HIDDEN, HIDDEN.upper(), "77777", "4321"):
        assert word not in repr(crew), word
    assert any(one.path == "ledger/boat-2026.beancount" for one in inputs.reading.problems)
    assert {
        one.entity for one in inputs.reading.problems if one.path == f"ledger/{HIDDEN}-2026.beancount"
    } <= {
        HIDDEN,
        "",
    }


def test_F070_nor_in_any_file_of_their_site(fleet: Path) -> None:
    text = BOOK.replace(f'plugin "{CANARY}"\n', "")
    write(fleet, f"ledger/{HIDDEN}-2026.beancount", text)
    build = built(fleet)
    assert holding(build / "owners", CANARY)
    for word in (CANARY, HIDDEN, "77,777", "4,321"):
        assert holding(build / "crew", word) == [], word
