"""The workflows as their YAML says, and what tests ask of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".github/workflows"
NAMES: Final = ("audit", "publish", "pull-request", "release")

Raw: TypeAlias = dict[str, Any]


def workflow(name: str) -> Raw:
    """One file; every value is text, and `on` is no truth."""
    read: Raw = yaml.load((FOLDER / f"{name}.yml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - makes text alone
    return read


WORKFLOWS: Final[Mapping[str, Raw]] = {name: workflow(name) for name in NAMES}


class Job(NamedTuple):
    """One job, and where it stands."""

    workflow: str
    name: str
    raw: Raw

    def __str__(self) -> str:
        return f"{self.workflow}:{self.name}"

    @property
    def steps(self) -> list[Raw]:
        """In order."""
        found: list[Raw] = self.raw["steps"]
        return found

    def using(self, action: str) -> Iterator[Raw]:
        """Steps that use an action."""
        return (one for one in self.steps if one.get("uses", "").startswith(f"{action}@"))

    @property
    def blocks(self) -> list[str]:
        """What it runs, in order."""
        return [one["run"] for one in self.steps if "run" in one]


def jobs() -> list[Job]:
    """All of them."""
    return [Job(name, job, raw) for name, one in WORKFLOWS.items() for job, raw in one["jobs"].items()]


def job(name: str, of: str) -> Job:
    """One of them."""
    return Job(name, of, WORKFLOWS[name]["jobs"][of])
