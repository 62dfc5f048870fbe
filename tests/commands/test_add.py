"""`quarterdeck add`: a business or a person more, and every other byte as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck import cli
from quarterdeck.settings import load_settings
from tests.sites import ROOT, SETTINGS, a_portfolio, digests, write

if TYPE_CHECKING:
    from pathlib import Path

LEE = ["Lee Nakamura", "--address", "lee@harbor.example", "--role", "cto", "--role", "cmo"]
MIA = "people:\n  mia: {name: Mia, address: mia@harbor.example}\n"


def add(root: Path, *words: str) -> int:
    return cli.main(["add", *words, "--portfolio", str(root)])


# ── businesses ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_handoff_is_made_that_passes_its_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = a_portfolio(tmp_path / "p", SETTINGS + MIA)
    before = digests(root)
    assert add(root, "entity", "Bell Harbor Kayaks", "--kind", "charter") == 0
    assert capsys.readouterr().out.startswith("made handoffs/bell-harbor-kayaks.md\nNext: write into ")
    text = (root / "handoffs" / "bell-harbor-kayaks.md").read_text(encoding="utf-8")
    assert "\nkind: charter\nstatus: active\nowner: mia\n" in text
    assert digests(root).items() - before.items() == {
        ("handoffs/bell-harbor-kayaks.md", digests(root)["handoffs/bell-harbor-kayaks.md"])
    }
    assert cli.main(["check", str(root), "--fail-on", "info"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["Boat", "--kind", "charter"], "handoffs/boat.md is the business boat already"),
        (["Other", "--kind", "charter"], "handoffs/third.md is the business other already"),
        (["THIRD", "--kind", "saas"], "handoffs/third.md is the business third already"),
        (["Torn", "--kind", "saas"], "handoffs/torn.md is the business torn already"),
        (["水", "--kind", "saas"], "gives no id"),
        (["Raft", "--kind", "saas", "--id", "../raft"], "expected an id of lower-case letters"),
        (["Raft", "--kind", "boat"], "'boat' is not one of"),
        (["Raft"], "saas, generic. See quarterdeck add entity --help."),
    ],
)
def test_F230_what_is_there_already_or_does_not_fit_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    root = a_portfolio(tmp_path / "p")
    write(root, "handoffs/third.md", "---\nentity: other\nname: Third\n---\n")
    write(root, "handoffs/torn.md", "---\nname: Torn\n")
    before = digests(tmp_path)
    assert add(root, "entity", *words) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert digests(tmp_path) == before


def test_an_id_of_one_s_own_and_a_dry_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = a_portfolio(tmp_path / "p")
    words = ("entity", "水 & <b>", "--kind", "saas", "--id", "mizu")
    assert add(root, *words, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("--- /dev/null\n+++ b/handoffs/mizu.md\n")
    assert not (root / "handoffs" / "mizu.md").exists()
    assert add(root, *words) == 0
    made = (root / "handoffs" / "mizu.md").read_text(encoding="utf-8")
    assert [line[1:] for line in shown.splitlines()[3:]] == made.splitlines()
    assert 'name: "水 & <b>"' in made
    assert "# 水 \\& \\<b\\>" in made


def test_a_folder_that_leads_elsewhere_is_not_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_portfolio(tmp_path / "p")
    (root / "handoffs").rename(tmp_path / "elsewhere")
    (root / "handoffs").symlink_to(tmp_path / "elsewhere")
    assert add(root, "entity", "Raft", "--kind", "saas") == 2
    assert "handoffs is a symbolic link" in capsys.readouterr().err
    assert [one.name for one in (tmp_path / "elsewhere").iterdir()] == ["boat.md"]


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_may_be_written_as_for_init(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = a_portfolio(tmp_path / "p", SETTINGS)
    assert add(root, "person", "Lee Nakamura <lee@harbor.example> cto,cmo") == 0, capsys.readouterr().err
    assert add(root, "person", "Kim Wu <kim@harbor.example>", "--role", "ceo") == 0, capsys.readouterr().err
    lee, kim = (load_settings(root, {}).people[one] for one in ("lee", "kim"))
    assert (lee.name, lee.address, lee.roles) == ("Lee Nakamura", "lee@harbor.example", ("cto", "cmo"))
    assert (kim.name, kim.address, kim.roles) == ("Kim Wu", "kim@harbor.example", ("ceo",))


def test_the_sample_s_settings_keep_every_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "portfolio.yml").read_text(encoding="utf-8")
    write(tmp_path, "portfolio.yml", text)
    for file in (ROOT / "handoffs").glob("*.md"):
        write(tmp_path, f"handoffs/{file.name}", "")
    assert add(tmp_path, "person", 'Zoë "Z" Bär: #1', "--address", "zoe@harbor.example", "--role", "ceo") == 0
    told = capsys.readouterr().out.splitlines()
    after = (tmp_path / "portfolio.yml").read_text(encoding="utf-8")
    added = [
        "  zoe:",
        '    name: "Zoë \\"Z\\" Bär: #1"',
        "    address: zoe@harbor.example",
        "    roles: [ceo]",
    ]
    assert told == ["changed portfolio.yml", *added, told[-1]]
    lines = after.splitlines()
    at = lines.index("  zoe:")
    assert lines[:at] + lines[at + 4 :] == text.splitlines()
    assert lines[at + 4 : at + 6] == ["", "role_owners:               # who gets a task that names nobody"]
    assert load_settings(tmp_path, {}).people["zoe"].name == 'Zoë "Z" Bär: #1'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "# Who reads the reports and does the tasks.\npeople:\n  lee:\n"),
        ("name: Fleet\n", "name: Fleet\n\n# Who reads the reports and does the tasks.\npeople:\n  lee:\n"),
        ("name: Fleet", "name: Fleet\n\n# Who reads the reports and does the tasks.\npeople:\n  lee:\n"),
        ("people:\nname: Fleet\n", "people:\n  lee:\n"),
        ("people: # nobody yet\n#   pat:\n\nname: Fleet\n", "people: # nobody yet\n  lee:\n"),
        ("people:\n    mia:\n        name: Mia\n", "        name: Mia\n    lee:\n      name:"),
        (
            "people:\n  mia:\n    name: Mia\n    # at sea until June\n\n# Mail\nmail: {}\n",
            "    # at sea until June\n  lee:\n",
        ),
        (
            "people:\r\n  mia: {name: Mia}\r\nname: Fleet\r\n",
            "  mia: {name: Mia}\r\n  lee:\r\n    name: Lee Nakamura\r\n",
        ),
    ],
)
def test_a_person_stands_behind_the_others(tmp_path: Path, text: str, after: str) -> None:
    root = tmp_path
    write(root, "handoffs/boat.md", "")
    write(root, "portfolio.yml", text)
    assert add(root, "person", *LEE) == 0
    written = (root / "portfolio.yml").read_bytes().decode()
    assert after in written
    lee = load_settings(root, {}).people["lee"]
    assert (lee.name, lee.address, lee.roles) == ("Lee Nakamura", "lee@harbor.example", ("cto", "cmo"))
    assert [line for line in text.splitlines() if line not in written.splitlines()] == []


@pytest.mark.parametrize(
    ("settings", "words", "says"),
    [
        (MIA, ["Mia"], "mia has the name Mia already"),
        (MIA, ["Bob", "--address", "MIA@harbor.example"], "mia has the address MIA@harbor.example already"),
        (MIA, ["Bob", "--id", "mia"], "mia is Mia already"),
        (MIA, ["Mia-"], "gives no id: mia is there already"),
        ("", ["Bob", "--role", "cfoo"], "Did you mean cfo?"),
        ("", ["Bob <bob@harbor.example"], 'write "NAME <ADDRESS> ROLES"'),
        ("", ["Bob", "--address", "bob"], "expected one e-mail address"),
        ("", ["Bob", "--audience", "crew"], 'no audience "crew"'),
        ("", ["\u202e"], "expected text on one line"),
        ("", ["水"], "--id pat-2"),
        ("people: {mia: {name: Mia}}\n", ["Bob"], "is written in braces"),
        ("audiences:\n  a: {}\n  b: {}\n", ["Bob"], "Add audience: with one of a, b"),
        ("nme: Fleet\n", ["Bob"], 'unknown key "nme"'),
    ],
)
def test_F230_duplicates_and_what_does_not_fit_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: str, words: list[str], says: str
) -> None:
    root = a_portfolio(tmp_path / "p", SETTINGS + settings)
    before = digests(tmp_path)
    assert add(root, "person", *words) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""
    assert digests(tmp_path) == before


def test_an_audience_and_a_dry_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = SETTINGS + "audiences:\n  all: {}\n  crew: {roles: [cto, cmo]}\n"
    root = a_portfolio(tmp_path / "p", settings)
    assert add(root, "person", *LEE, "--audience", "crew", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("--- a/portfolio.yml\n+++ b/portfolio.yml\n")
    assert "\n+    audience: crew\n" in shown
    assert (root / "portfolio.yml").read_text(encoding="utf-8") == settings
    assert add(root, "person", *LEE, "--audience", "crew") == 0
    assert "the next quarterdeck publish lets them in" in capsys.readouterr().out
    assert load_settings(root, {}).people["lee"].audience == "crew"
    assert add(root, "person", "Kim", "--audience", "all") == 0
    assert "without address and role they read nothing" in capsys.readouterr().out
