"""`quarterdeck init --from`: handoffs that were there come in to the byte, and are told as they are understood."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck import cli
from quarterdeck.model.errors import UsageError
from quarterdeck.start.brought import bring
from tests.sites import BOAT, ROOT, digests, write

if TYPE_CHECKING:
    from pathlib import Path

WINDOWS = "---\r\nname: Win\r\n---\r\n## Trips\r\n| Id | Customer |\r\n|---|---|\r\n| D-1 | R. S. |\r\n"
SECRET = f"AK{'IA'}QYLPMN5HFZ3TKC2A"


def test_files_come_in_to_the_byte_and_stay_where_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {
        "3028-51st-st.md": (ROOT / "handoffs" / "3028-51st-st.md").read_bytes(),
        "Trips we make.md": WINDOWS.encode(),
        "boat.MD": BOAT.replace("\n# ", "\n\ufeff\n# ").encode(),
        "torn.md": b"---\nname: Torn\n",
    }
    for name, data in there.items():
        write(tmp_path, f"old/{name}", data)
    before = digests(tmp_path / "old")
    assert cli.main(["init", str(tmp_path / "p"), "--from", str(tmp_path / "old")]) == 0
    assert digests(tmp_path / "old") == before
    handoffs = tmp_path / "p" / "handoffs"
    assert {one.name: one.read_bytes() for one in handoffs.iterdir()} == {
        "3028-51st-st.md": there["3028-51st-st.md"],
        "boat.md": there["boat.MD"],
        "torn.md": there["torn.md"],
        "trips-we-make.md": there["Trips we make.md"],
    }
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "handoffs/3028-51st-st.md: 3028 51st St Rental, 3028-51st-st; kind rental; 15 tables: " in told
    assert "; 13 tasks; " in told
    assert "handoffs/boat.md: Sunset Boat, boat; kind charter; 1 table: Offers; 1 task; " in told
    assert "handoffs/trips-we-make.md: Win, trips-we-make; no kind; 1 table: Deliveries; 0 tasks; " in told
    assert "It looks like the kind delivery: write kind: delivery" in told
    assert "handoffs/trips-we-make.md:5:3: Deliveries has no column Expenses." in told
    assert "handoffs/torn.md: brought in, and not understood:\n  handoffs/torn.md:1:1: refused:" in told
    assert "first-business" not in told, "there is one already"


@pytest.mark.parametrize(
    ("text", "title", "is_named"),
    [
        ("---\nname: Harbor Tours\n---\n# Tours\n", "Harbor Tours", True),
        ("# Coast *Tours*\r\n\r\n## Summary\r\n", "Coast Tours", False),
        ("\ufeffCoast Tours\n===========\n", "Coast Tours", False),
        ("---\nkind: charter\n---\n## Summary\n\n# Late\n", "Late", False),
        ("## Summary\n", "coast", False),
        ("#\n", "coast", False),
    ],
)
def test_what_names_itself_in_a_heading_alone_is_called_that(
    tmp_path: Path, text: str, title: str, *, is_named: bool
) -> None:
    write(tmp_path, "coast.md", text.encode())
    (one,), _ = bring(tmp_path)
    assert (one.title, one.is_named) == (title, is_named)


def test_a_name_that_reports_do_not_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "old/coast.md", '# Coast "C" Tours\n')
    assert cli.main(["init", str(tmp_path / "p"), "--from", str(tmp_path / "old")]) == 0
    told = capsys.readouterr().out
    assert 'handoffs/coast.md: Coast "C" Tours, coast; no kind; ' in told
    assert '  Reports call it coast: write name: "Coast \\"C\\" Tours" between its first ---.\n' in told


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("README.md", "# About", "is taken for a page about the folder"),
        ("水.md", "# 水\n", "gives no id; name it in letters a to z"),
        ("zz.md", "---\nentity: boat\n---\n", "boat.md is boat already"),
        ("boat~.md", "# Another boat\n", "boat.md is boat already"),
        ("keys.md", f"# Keys\nold: {SECRET}\n", "a secret stands in line 2"),
        ("long.md", "x" * 4_000_001, "is larger than 4 MB"),
        ("folder.md/a.md", "", "is no regular file"),
    ],
)
def test_what_is_no_handoff_stays_out_with_its_reason(tmp_path: Path, name: str, data: str, why: str) -> None:
    write(tmp_path, "boat.md", BOAT)
    write(tmp_path, name, data)
    brought, left = bring(tmp_path)
    assert [one.path for one in brought] == ["handoffs/boat.md"]
    assert [one.here.name for one in left] == [name.split("/", maxsplit=1)[0]]
    assert why in left[0].why
    assert SECRET not in left[0].why


def test_links_are_not_followed_and_other_files_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "in/boat.md", BOAT)
    write(tmp_path, "in/boat.docx", "mine")
    write(tmp_path, "secret.md", "# Outside\n")
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")
    brought, left = bring(tmp_path / "in")
    assert [one.path for one in brought] == ["handoffs/boat.md"]
    assert [(one.here.name, "links are never followed" in one.why) for one in left] == [("link.md", True)]


def test_a_portfolio_s_own_folder_is_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "# Ours\n")
    write(tmp_path, "handoffs/boat.md", BOAT)
    (one,), left = bring(tmp_path)
    assert (one.path, one.entity, left) == ("handoffs/boat.md", "boat", ())


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("Rent roll", "rental"),
        ("Voyages", "delivery"),
        ("Clients", "agency"),
        ("Newsletters", "concert"),
        ("Reservations", "charter"),
        ("Costs", None),
    ],
)
def test_the_kind_is_guessed_of_the_tables(tmp_path: Path, table: str, kind: str | None) -> None:
    write(tmp_path, "one.md", f"---\nname: One\n---\n## {table}\n")
    write(tmp_path, "two.md", f"---\nname: Two\nkind: saas\n---\n## {table}\n")
    (one, two), _ = bring(tmp_path)
    assert (one.looks_like, two.looks_like) == (kind, None)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no Markdown file of it can be taken"),
        ({"README.md": "# About\n"}, "README.md: is taken for a page about the folder"),
    ],
)
def test_a_folder_without_handoffs_is_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)
    with pytest.raises(UsageError, match=says):
        bring(tmp_path)


def test_a_first_business_of_the_same_id_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "old/boat.md", BOAT)
    words = ["init", str(tmp_path / "p"), "--from", str(tmp_path / "old"), "--business", "Boat"]
    assert cli.main(words) == 2
    assert "--from brings boat already" in capsys.readouterr().err
    assert cli.main([*words[:-2], "--kind", "charter"]) == 2, "of which business?"
    assert "--kind is the kind of --business" in capsys.readouterr().err
    assert cli.main([*words[:-1], "Raft"]) == 0
    today = date.today().year  # noqa: DTZ011 - the year alone, in the zone of the run
    assert (tmp_path / "p" / "ledger" / f"raft-{today}.beancount").is_file()
