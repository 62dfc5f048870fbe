"""`quarterdeck check` as its user runs it: what it prints, how it ends, what it loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.commands.check import check

SOUND = "---\nentity: boat\nname: Boat\nkind: charter\nupdated: 2026-11-01\n---\n\n# Boat\n"
BAD_DATE = SOUND.replace("2026-11-01", "2026-02-30")
CONFLICT = f"{SOUND}\n<<<<<<< mine\nA\n=======\nB\n>>>>>>> theirs\n"


def _portfolio(root: Path, **handoffs: str) -> Path:
    (root / "handoffs").mkdir(parents=True)
    for name, text in handoffs.items():
        (root / "handoffs" / f"{name}.md").write_text(text)
    return root


def _fleet(root: Path) -> Path:
    """As many handoffs as are worth remembering, each with one wrong date."""
    return _portfolio(
        root, **{f"boat-{n}": BAD_DATE.replace("entity: boat", f"entity: boat-{n}") for n in range(30)}
    )


def _run(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(here), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "quarterdeck", "check", *words]
    return subprocess.run(command, cwd=here, env=environ, capture_output=True, text=True, check=False)


def test_a_sound_portfolio_says_so_and_ends_with_0(tmp_path: Path) -> None:
    done = _run(_portfolio(tmp_path, boat=SOUND))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 file checked: nothing to mend.\n")


def test_a_problem_is_one_line_with_place_reason_and_mend(tmp_path: Path) -> None:
    done = _run(_portfolio(tmp_path, boat=BAD_DATE))
    assert done.returncode == 0
    assert done.stdout.startswith("handoffs/boat.md:5:10: updated: ")
    assert done.stdout.count("\n") == 1
    assert "1 to mend" in done.stderr


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (SOUND, ["--fail-on", "info"], 0),
        (BAD_DATE, [], 0),
        (BAD_DATE, ["--fail-on", "high"], 0),
        (BAD_DATE, ["--fail-on", "medium"], 1),
        (BAD_DATE, ["--fail-on", "low"], 1),
        (CONFLICT, [], 2),
        (CONFLICT, ["--fail-on", "critical"], 2),
    ],
)
def test_F230_exit_codes(tmp_path: Path, text: str, words: list[str], code: int) -> None:
    done = _run(_portfolio(tmp_path, boat=text), *words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_F230_a_path_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    done = _run(tmp_path, "nowhere.md")
    assert done.returncode == 2
    assert (
        done.stderr
        == "nowhere.md: there is no such file or folder. Name another, or none for the whole portfolio.\n"
    )


def test_F230_an_unknown_option_is_bad_use(tmp_path: Path) -> None:
    done = _run(tmp_path, "--fromat", "json")
    assert done.returncode == 2
    assert "--fromat" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", [SOUND, BAD_DATE, CONFLICT])
def test_F233_json_is_json_whatever_happens(tmp_path: Path, text: str) -> None:
    done = _run(_portfolio(tmp_path, boat=text), "--format", "json")
    said = json.loads(done.stdout)
    assert said["exit_code"] == done.returncode
    assert said["files"] == 1


def test_F233_json_also_of_a_failure(tmp_path: Path) -> None:
    done = _run(tmp_path, "--format", "json", "nowhere.md")
    assert json.loads(done.stdout) == {
        "error": "nowhere.md: there is no such file or folder. Name another, or none for the whole portfolio.",
        "exit_code": 2,
        "schema": 1,
    }


def test_github_annotations_stand_on_their_lines(tmp_path: Path) -> None:
    done = _run(_portfolio(tmp_path, boat=BAD_DATE), "--format", "github")
    assert done.stdout.startswith("::warning file=handoffs/boat.md,line=5,col=10::updated: ")
    assert "\n" not in done.stdout.rstrip("\n")


def test_github_annotation_cannot_be_ended_by_text(tmp_path: Path) -> None:
    done = _run(
        _portfolio(
            tmp_path,
            boat=f"{SOUND}\n## Assets\n| Asset | Type | Value |\n|---|---|---|\n| X | vessel | 5% ::error::x |\n",
        ),
        "--format",
        "github",
    )
    lines = done.stdout.splitlines()
    assert lines
    assert all(line.startswith("::") and "5%25" in line for line in lines if "::error::x" in line)


def test_sarif_names_rule_place_and_level(tmp_path: Path) -> None:
    done = _run(_portfolio(tmp_path, boat=CONFLICT), "--format", "sarif")
    run = json.loads(done.stdout)["runs"][0]
    result = run["results"][0]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "handoffs/boat.md"
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_F232_closed_pipe_leaves_no_traceback(tmp_path: Path) -> None:
    root = _portfolio(
        tmp_path,
        **{f"boat-{n}": BAD_DATE.replace("entity: boat\n", f"entity: boat-{n}\n") for n in range(400)},
    )
    command = f"'{sys.executable}' -m quarterdeck check | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_F232_other_code_page(tmp_path: Path) -> None:
    _portfolio(tmp_path, boat=SOUND.replace("name: Boat", "name: Boat\nn\u00e4me: \u2603"))
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    command = [sys.executable, "-m", "quarterdeck", "check"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"handoffs/boat.md:4:1: " in done.stdout


def test_a_foreign_tree_stands_file_by_file(tmp_path: Path) -> None:
    for folder in ("a", "b", ".hidden", "node_modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "README.md").write_text(f"{SOUND}\n- [ ] Do it #A-1\n")
    done = _run(tmp_path, ".")
    assert done.returncode == 0
    assert "2 files checked" in done.stderr
    assert done.stdout == ""


def test_one_file_of_a_portfolio_is_compared_with_the_others(tmp_path: Path) -> None:
    other = SOUND.replace("entity: boat", "entity: other")
    root = _portfolio(
        tmp_path,
        boat=f"{SOUND}\n## Tasks\n- [ ] Go #B-1 needs:O-1,O-2\n",
        other=f"{other}\n## Tasks\n- [ ] Stay #O-1\n",
    )
    done = _run(root, "handoffs/boat.md")
    assert "O-2 stands nowhere" in done.stdout
    assert "O-1 stands nowhere" not in done.stdout
    assert "1 file checked" in done.stderr


def test_settings_are_checked_with_the_portfolio(tmp_path: Path) -> None:
    root = _portfolio(tmp_path, boat=SOUND)
    (root / "portfolio.yml").write_text("schema: 1\ntimezoen: UTC\n")
    done = _run(root)
    assert done.returncode == 2
    assert done.stdout.startswith("portfolio.yml:2:1: ")
    assert "timezone" in done.stdout


RULE = "rules:\n  - payee: dock\n    category: Expenses:*:Fuel\n"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (RULE, 0, []),
        ("", 0, []),
        (
            RULE.replace("payee", "paye"),
            2,
            [
                "2:5: refused: the rule has no condition",
                '2:5: refused: unknown key "paye". Did you mean payee?',
            ],
        ),
        (RULE.replace("rules", "rule"), 2, ['1:1: refused: unknown key "rule". The one key here is rules:.']),
        (
            RULE.replace("Expenses", "Expense"),
            2,
            ['3:15: refused: category: "Expense:*:Fuel" is no account. Did you mean Expenses:'],
        ),
        (
            RULE.replace("dock", '"*"') + "    direction: on\n",
            2,
            [
                "2:12: refused: payee: is empty, or no text. Write words",
                "4:16: refused: direction: unknown word",
            ],
        ),
    ],
)
def test_category_rules_are_checked_like_an_import_does(
    tmp_path: Path, text: str, code: int, said: list[str]
) -> None:
    root = _portfolio(tmp_path, boat=SOUND)
    (root / "ledger").mkdir()
    (root / "ledger" / "rules.yml").write_text(text)
    told = [f"ledger/rules.yml:{one}" for one in said]
    for words, files in ([], 2), (["ledger"], 1), (["ledger/rules.yml"], 1):
        done = _run(root, *words)
        assert (done.returncode, done.stdout.count("\n")) == (code, len(said))
        assert all(one in done.stdout for one in told), done.stdout
        assert f"{files} file" in done.stderr
    assert "rules.yml" not in _run(root, "handoffs").stdout


def test_F072_linked_category_rules_are_named_once_and_never_read(tmp_path: Path) -> None:
    root = _portfolio(tmp_path / "p", boat=SOUND)
    (tmp_path / "rules.yml").write_text("Zanzibar: 1\n")
    (root / "ledger").mkdir()
    (root / "ledger" / "rules.yml").symlink_to(tmp_path / "rules.yml")
    (problem,) = check([], root, {}).problems
    assert (problem.path, problem.what) == ("ledger/rules.yml", "is a symbolic link")


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"a": {"problems": 3}}'])
def test_F234_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    root = _fleet(tmp_path / "p")
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = check([], root, environ)
    (file,) = (tmp_path / "cache" / "quarterdeck").iterdir()
    stamp = file.read_bytes().partition(b"\n")[0]
    file.write_bytes(stamp + b"\n" + damage)
    assert check([], root, environ) == first
    assert first.problems


def test_a_change_is_seen_through_the_cache(tmp_path: Path) -> None:
    root = _fleet(tmp_path / "p")
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert check([], root, environ).problems
    (root / "handoffs" / "boat-3.md").write_text(SOUND.replace("boat", "boat-3"))
    paths = {problem.path for problem in check([], root, environ).problems}
    assert len(paths) == 29
    assert "handoffs/boat-3.md" not in paths


def test_changed_category_rules_are_seen_through_the_cache(tmp_path: Path) -> None:
    root = _fleet(tmp_path / "p")
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    rules = root / "ledger" / "rules.yml"
    rules.parent.mkdir()
    for text, wrong in (RULE, 0), (RULE.replace("Expenses", "Expense"), 1), (RULE, 0):
        rules.write_text(text)
        for _ in range(2):
            paths = [problem.path for problem in check([], root, environ).problems]
            assert (len(paths), "ledger/rules.yml" in paths) == (30 + wrong, bool(wrong))


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    root = _portfolio(tmp_path / "p", boat=BAD_DATE)
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert check([], root, {"XDG_CACHE_HOME": str(tmp_path / "cache")}).problems


def test_check_of_handoffs_loads_nothing_heavy(tmp_path: Path) -> None:
    _portfolio(tmp_path, boat=BAD_DATE)
    program = (
        "import sys; from quarterdeck.cli import main; main(['check', 'handoffs/boat.md']);"
        "heavy = {'boto3', 'mkdocs', 'material', 'beancount', 'vl_convert', 'pydantic', 'jinja2'} & set(sys.modules);"
        "print('HEAVY', sorted(heavy))"
    )
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "HEAVY []" in done.stdout


def test_paths_are_told_from_where_one_stands(tmp_path: Path) -> None:
    root = _portfolio(tmp_path, boat=BAD_DATE)
    done = _run(root / "handoffs")
    assert done.stdout.startswith("../handoffs/boat.md:5:10: ")


PAGE = "# Ours\n\n[there](guide/there.md), [shown](a.svg), [made](reports/cfo.md), [web](https://e.example/x.md)\n"


def _with_docs(root: Path, **pages: str) -> Path:
    _portfolio(root, boat=SOUND)
    (root / "docs" / "guide").mkdir(parents=True)
    (root / "docs" / "guide" / "there.md").write_text("# There\n\n[back](../ours.md#ours)\n")
    (root / "docs" / "a.svg").write_text("<svg/>")
    for name, text in pages.items():
        (root / "docs" / f"{name}.md").write_text(text)
    return root


@pytest.mark.parametrize(
    ("case", "more", "lines"),
    [
        ("all there", "", []),
        ("a page that is not", "[gone](gone.md)\n", ["docs/ours.md:4: refused: links to gone.md, which"]),
        (
            "by reference",
            "[gone]\n\n[gone]: <gone.md>\n",
            ["docs/ours.md:6: refused: links to gone.md, which"],
        ),
        ("above all", "[up](../README.md)\n", ["docs/ours.md:4: refused: links to ../README.md, which"]),
        ("a picture", "![p](b.svg)\n", ["docs/ours.md:4: refused: links to b.svg, which"]),
        ("only shown", "```md\n[gone](gone.md)\n```\n`[gone](gone.md)`\n", []),
        (
            "after code",
            "```\na\n```\n[gone](gone.md)\n",
            ["docs/ours.md:7: refused: links to gone.md, which"],
        ),
    ],
)
def test_links_of_hand_written_pages(tmp_path: Path, case: str, more: str, lines: list[str]) -> None:
    done = _run(_with_docs(tmp_path, ours=PAGE + more))
    assert [line.partition(" is not there")[0] for line in done.stdout.splitlines()] == lines, case
    assert done.returncode == (2 if lines else 0), case


def test_hand_written_pages_are_checked_with_the_portfolio_alone(tmp_path: Path) -> None:
    root = _with_docs(tmp_path, ours="No title\n")
    whole, other = _run(root), _run(root, "handoffs")
    assert whole.stdout.startswith("docs/ours.md: refused: has no title")
    assert whole.stderr == "4 files checked: 1 refused.\n"
    assert (other.returncode, other.stdout) == (0, "")
