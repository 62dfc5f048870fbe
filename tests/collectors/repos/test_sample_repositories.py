"""The repositories of the sample: those that its settings name, the same each time they are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.git.program import Git
from quarterdeck.settings import load_settings
from tests.sample_repositories import HISTORIES, fake, make, names

ROOT = Path(__file__).parents[3]
FORMS = ("stripe_live", "stripe_test", "aws_key_id", "aws_secret", "postmark", "signing")


def test_the_settings_of_the_sample_name_them_and_no_others() -> None:
    named = [repo.path for one in load_settings(ROOT, {}).entities.values() for repo in one.repos]
    assert sorted(named, key=str) == [f".cache/sample/{name}" for name in names()]


@pytest.mark.parametrize("name", names())
def test_a_history_is_the_same_each_time(name: str, tmp_path: Path) -> None:
    heads = {Git(make(name, tmp_path / folder)).word("rev-parse", "HEAD") for folder in ("a", "b")}
    assert len(heads) == 1
    assert heads != {""}


def test_what_is_there_stays(tmp_path: Path) -> None:
    made = make("scc-infra", tmp_path)
    (made / "mine.txt").write_text("mine\n", encoding="utf-8")
    assert (make("scc-infra", tmp_path) / "mine.txt").read_text(encoding="utf-8") == "mine\n"


def test_invented_secrets_stand_in_what_is_made_and_in_no_file_of_the_project(tmp_path: Path) -> None:
    made = make("quickdump-site", tmp_path)
    assert fake("stripe_live", "harbor") in (made / "pay.js").read_text(encoding="utf-8")
    ours = "".join(path.read_text(encoding="utf-8") for path in HISTORIES.iterdir())
    ours += (ROOT / "tests" / "sample_repositories.py").read_text(encoding="utf-8")
    assert [form for form in FORMS if fake(form, "harbor") in ours] == []


def test_a_secret_taken_out_stands_in_history_alone(tmp_path: Path) -> None:
    made = make("scc-app", tmp_path)
    assert not (made / ".env").exists()
    assert ".env" in Git(made).word("log", "--format=", "--name-only", "--diff-filter=D")


def test_several_people_work_on_it(tmp_path: Path) -> None:
    authors = set((Git(make("scc-app", tmp_path)).text("log", "--format=%an") or "").split("\n")) - {""}
    assert authors == {"Captain Reyes", "Lee Nakamura"}
