"""Compiled templates: remembered, and made again whatever became of them."""

from pathlib import Path

import jinja2
import pytest

from quarterdeck.reports.compiled import CompiledTemplates

TEMPLATE = "Hello {{ name }}, {% for n in range(3) %}{{ n }}{% endfor %}."


class Counted(jinja2.Environment):
    """An environment that counts how often it compiles."""

    compiled = 0

    def compile(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        """Count, and compile."""
        self.compiled += 1
        return super().compile(*arguments, **named)  # type: ignore[call-overload]


def greet(folder: Path, stamp: str = "1") -> tuple[str, int]:
    """A fresh process in small: what the template prints, and how often it was compiled."""
    environment = Counted(
        loader=jinja2.DictLoader({"hello": TEMPLATE}), bytecode_cache=CompiledTemplates(folder, stamp)
    )
    return environment.get_template("hello").render(name="Jada"), environment.compiled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that remembers the template."""
    assert greet(tmp_path / "cache") == ("Hello Jada, 012.", 1)
    return tmp_path / "cache"


def test_the_second_run_compiles_nothing(folder: Path) -> None:
    assert greet(folder) == ("Hello Jada, 012.", 0)


def test_other_code_compiles_anew(folder: Path) -> None:
    assert greet(folder, stamp="2") == ("Hello Jada, 012.", 1)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 200, b"not a template at all, but longer than a digest"])
def test_damage_is_mended(folder: Path, damage: bytes) -> None:
    (file,) = folder.iterdir()
    file.write_bytes(damage)
    assert greet(folder) == ("Hello Jada, 012.", 1)
    assert greet(folder) == ("Hello Jada, 012.", 0)


def test_one_flipped_bit_is_damage(folder: Path) -> None:
    (file,) = folder.iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert greet(folder) == ("Hello Jada, 012.", 1)


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert greet(tmp_path / "file" / "cache") == ("Hello Jada, 012.", 1)
