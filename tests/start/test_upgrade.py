"""What an upgrade would do with each file, in whatever state it is found."""

from pathlib import Path

import msgspec
import pytest

from quarterdeck import __version__
from quarterdeck.model.errors import UsageError
from quarterdeck.start.pin import Pin, is_newer, pinned
from quarterdeck.start.record import digest
from quarterdeck.start.upgrade import files_at, plan, with_pin
from tests.sites import write

OLD, NEW, MINE = b"old\n", b"new\n", b"mine\n"
HASHED = f"quarterdeck==0.0.1 \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.mark.parametrize(
    ("case", "before", "known", "what", "is_written", "is_left"),
    [
        ("as it should be", NEW, NEW, "current", False, False),
        ("the same by chance", NEW, None, "current", False, False),
        ("not there yet", None, None, "new", True, False),
        ("as written before", OLD, OLD, "older", True, False),
        ("changed by its owner", MINE, OLD, "yours", False, True),
        ("from before there were records", OLD, None, "yours", False, True),
        ("removed by its owner", None, OLD, "removed", False, True),
        ("changed, and nothing newer", MINE, NEW, "kept", False, False),
        ("removed, and nothing newer", None, NEW, "kept", False, False),
    ],
)
def test_each_state_of_a_file(
    case: str, before: bytes | None, known: bytes | None, what: str, *, is_written: bool, is_left: bool
) -> None:
    found = {} if before is None else {"a": before}
    remembered = {} if known is None else {"a": digest(known)}
    made = plan({"a": NEW}, found, remembered)
    (step,) = made.steps
    assert (step.what, bool(made.written), bool(made.left)) == (what, is_written, is_left), case
    forced = plan({"a": NEW}, found, remembered, is_forced=True)
    assert (bool(forced.written), forced.left) == (what != "current", ()), case
    then = {"a": NEW} if is_written else found
    again = plan({"a": NEW}, then, msgspec.json.decode(made.record)["files"])
    assert (again.written, again.left) == ((), made.left), case


def test_what_is_remembered_of_others_stays() -> None:
    made = plan({"a": NEW}, {"a": MINE, "b": MINE}, {"a": digest(OLD), "b": digest(OLD), "c": digest(OLD)})
    assert msgspec.json.decode(made.record)["files"] == {name: digest(OLD) for name in "abc"}


def test_a_diff_names_both_sides() -> None:
    (new,), (older,) = plan({"a": NEW}, {}, {}).steps, plan({"a": NEW}, {"a": OLD}, {"a": digest(OLD)}).steps
    assert list(new.diff()) == ["--- /dev/null", "+++ b/a", "@@ -0,0 +1 @@", "+new"]
    assert list(older.diff()) == ["--- a/a", "+++ b/a", "@@ -1 +1 @@", "-old", "+new"]


def test_a_link_that_leads_out_of_the_portfolio_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "else/where", MINE)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "scripts").symlink_to(tmp_path / "else")
    with pytest.raises(UsageError, match="leads out of the portfolio"):
        files_at(tmp_path / "p", ["scripts/where"])


@pytest.mark.parametrize(
    ("line", "version", "is_hashed"),
    [
        ("quarterdeck==0.0.1\n", "0.0.1", False),
        ("quarterdeck[collect,mail] == 0.0.1  # as agreed\n", "0.0.1", False),
        ("boto3>=1\nquarterdeck==0.0.1; python_version>'3'\n", "0.0.1", False),
        (HASHED, "0.0.1", True),
    ],
)
def test_the_pinned_version_is_found_and_moved(
    tmp_path: Path, line: str, version: str, *, is_hashed: bool
) -> None:
    write(tmp_path, "requirements.txt", line)
    pin = pinned(tmp_path)
    assert pin is not None
    assert (pin.path, pin.version, pin.is_hashed) == ("requirements.txt", version, is_hashed)
    assert pin.moved_to("7.8.9").decode() == line.replace("0.0.1", "7.8.9")


@pytest.mark.parametrize("line", ["quarterdeck>=1\n", "# quarterdeck==1\n", "quarterdeck-more==1\n", ""])
def test_what_pins_nothing_is_no_pin(tmp_path: Path, line: str) -> None:
    write(tmp_path, "requirements.txt", line)
    assert pinned(tmp_path) is None


def test_a_newer_pin_is_never_taken_back() -> None:
    with pytest.raises(UsageError, match=r"asks for Quarterdeck 999\.0.*scripts/setup"):
        with_pin({}, Pin("requirements.txt", "999.0", b"quarterdeck==999.0\n", is_hashed=False))


def test_hashes_are_made_by_the_tool_that_makes_them() -> None:
    with pytest.raises(UsageError, match="with the tool that made it"):
        with_pin({}, Pin("requirements.lock", "0.0.1", HASHED.encode(), is_hashed=True))


def test_an_older_pin_is_moved_and_a_current_one_left() -> None:
    older = Pin("requirements.txt", "0.0.1", b"quarterdeck==0.0.1\n", is_hashed=False)
    assert with_pin({"a": NEW}, older) == {
        "a": NEW,
        "requirements.txt": f"quarterdeck=={__version__}\n".encode(),
    }
    current = Pin("requirements.txt", __version__, b"", is_hashed=False)
    assert with_pin({"a": NEW, "requirements.txt": NEW}, current) == {"a": NEW}
    assert with_pin({"a": NEW}, None) == {"a": NEW}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("0.2.0", "0.1.9", True), ("0.10", "0.9", True), ("1.0", "1", False), ("0.1", "0.1.0", False)],
)
def test_versions_are_compared_by_number(one: str, other: str, *, expected: bool) -> None:
    assert is_newer(one, other) == expected
