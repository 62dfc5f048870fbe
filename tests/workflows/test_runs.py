"""Every block of the workflows of portfolios, run as it is written and in its order, in clones of a small one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck import __version__
from quarterdeck.collectors.embedded.stubs import Broken
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.guards import resolved
from quarterdeck.publish.infrastructure import plain_template
from quarterdeck.publish.publisher import begin
from quarterdeck.publish.stores import store_of
from quarterdeck.settings import load_settings
from quarterdeck.start.files import shared
from tests.cloud import NUMBER, cloud, cloud_server
from tests.mail.fleet import AUDITED_AT, OWN, SENDER_CHECK, priced
from tests.mail.played_ses import may_send
from tests.mail.posts import InSes
from tests.sites import a_portfolio, commit, environ_of, write
from tests.workflows.parsed import ROOT, job
from tests.workflows.runner import NOT_RUN, Runner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cloud import Cloud

__all__ = ["cloud", "cloud_server"]
ROLE: Final = f"arn:aws:iam::{NUMBER}:role/harbor"
BUCKET: Final = "harbor-reports"
SETTINGS: Final = f"""schema: 1
name: Fleet
people:
  pat: {{name: Pat, address: pat@readers.example, roles: [ceo, cfo]}}
publishing: {{bucket: {BUCKET}, account: "{NUMBER}", region: us-east-1, site_url: "https://reports.harbor.example"}}
mail:
  {{sender: reports@harbor.example, through: ses, account: "{NUMBER}", region: us-east-1, configuration_set: reports}}
"""
PATHS: Final = f"{ROOT / 'generators'}:{ROOT}"
MARKER: Final = "<!-- quarterdeck: what this would change -->"
MINE: Final = "comments"
ISSUE: Final = "issues"
HOSTILE: Final = "main;touch${IFS}pwned"
"""A branch may be called so."""


def origin(root: Path, settings: str = SETTINGS) -> Path:
    """A portfolio with what all portfolios share, committed."""
    a_portfolio(root, settings, boat=OWN)
    for path, data in shared():
        write(root, path, data).chmod(0o755 if data.startswith(b"#!") else 0o644)
    write(
        root, ".gitignore", "/build/\n/evidence/history/\n/evidence/before/\n/.venv/\n/published/\n/told/\n"
    )
    write(root, "evidence/dns/dns.json", write_evidence(Header("dns", AUDITED_AT), [SENDER_CHECK]))
    commit(root)
    return root


def changed(root: Path, cost: int) -> str:
    """Another variable cost on a branch of the portfolio that is checked out, committed; gives the hash."""
    write(root, "handoffs/boat.md", priced(cost))
    return commit(root, "2026-11-21")


def git(root: Path, *words: str) -> str:
    """What git says."""
    return subprocess.run(
        ["git", *words], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def head(root: Path) -> str:
    """The commit that is checked out."""
    return git(root, "rev-parse", "HEAD")


def closed_bucket(cloud: Cloud) -> None:
    """An empty bucket as the template closes it."""
    made = resolved(plain_template(), {"Bucket.Arn": f"arn:aws:s3:::{BUCKET}"})["Resources"]
    statements = made["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    denials = [one for one in statements if one["Effect"] == "Deny"]
    s3, name = cloud.client("s3"), {"Bucket": BUCKET}
    s3.create_bucket(**name, ObjectOwnership="BucketOwnerEnforced")
    block = made["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(**name, PublicAccessBlockConfiguration=block)
    # told, and not set: moto would hold it against itself, since it is asked without TLS
    policy = json.dumps({"Version": "2012-10-17", "Statement": denials})
    cloud.stubs.answer("s3:GetBucketPolicy", Broken(policy.encode()))
    s3.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"})
    kept = {"SSEAlgorithm": "AES256"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": kept}]}
    s3.put_bucket_encryption(**name, ServerSideEncryptionConfiguration=rules)
    rule = {
        "ID": "leftovers",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    }
    s3.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": [rule]})


def begun(root: Path, environ: dict[str, str]) -> None:
    """Make the bucket the portfolio's store, as its owner does once from a laptop."""
    settings = load_settings(root, environ)
    begin(store_of(settings, root, environ), settings.name, lambda: "0f" * 16)


def blocks(name: str, *of: str) -> list[str]:
    """The blocks of jobs, as the file has them."""
    return [block for one in of for block in job(name, one).blocks]


def test_from_a_commit_to_the_mail_and_through_the_night(tmp_path: Path, cloud: Cloud) -> None:
    root = origin(tmp_path / "origin")
    closed_bucket(cloud)
    may_send(cloud)
    environ = environ_of(root, **{ENDPOINT: cloud.endpoint}, PYTHONPATH=PATHS)
    begun(root, environ)
    arrived = InSes(())
    known = {"github.ref": "refs/heads/main", "vars.AWS_ROLE": ROLE, "github.sha": head(root)}

    def runner(name: str) -> Runner:
        made = Runner(tmp_path / name, root, known, environ)
        made.answer(".private", "true")
        made.answer(".sha", head(root))
        return made

    one = runner("pushed")
    assert set(one.run("publish").values()) == {"success"}, one.said
    assert one.ran == blocks("publish", "collect", "publish", "mail")
    assert f"is what readers are given from s3://{BUCKET}/reports" in one.said["publish"]
    assert "names no queue" in one.said["mail"]
    assert [mail.person for mail in arrived.arrived] == ["pat"]

    night = runner("night")
    night.answer(ISSUE, "7\n")  # the night before failed
    night.answer(".sha", "f" * 40)  # F-225: and somebody pushed meanwhile
    assert set(night.run("audit").values()) == {"success"}, night.said
    assert night.ran == blocks("audit", "collect", "feedback", "publish", "mail", "watch")
    assert "Nothing is new" in night.said["publish"]
    assert [words[2] for words in night.asked if "PATCH" in words] == ["PATCH"]
    assert "main has moved on" in night.said["mail"]
    assert len(arrived.arrived) == 1

    # F-228: evidence of a repository that everybody reads goes nowhere, and one issue says that the night failed
    opened = runner("opened")
    opened.answer(".private", "false")
    results = opened.run("audit")
    assert results == {
        "collect": "failure",
        "feedback": "skipped",
        "publish": "skipped",
        "mail": "skipped",
        "watch": "success",
    }
    assert list(opened.artefacts.iterdir()) == []
    assert [words[3] for words in opened.asked if "POST" in words] == ["repos/harbor/fleet/issues"]


def test_a_night_without_feedback_publishes_and_mails_nobody(tmp_path: Path) -> None:
    root = origin(tmp_path / "origin", "schema: 1\nname: Fleet\n")
    write(root, "scripts/portfolio/feedback", "#!/usr/bin/env bash\necho no answer\nexit 3\n").chmod(0o755)
    write(root, "scripts/portfolio/publish", '#!/usr/bin/env bash\necho published=yes >>"$GITHUB_OUTPUT"\n')
    commit(root, "2026-11-21")
    known = {"github.ref": "refs/heads/main", "github.sha": head(root)}
    night = Runner(tmp_path / "night", root, known, environ_of(root, PYTHONPATH=PATHS))
    results = night.run("audit")
    assert results == {
        "collect": "success",
        "feedback": "failure",
        "publish": "success",
        "mail": "skipped",
        "watch": "success",
    }, night.said
    assert "The audit fails" in night.said["watch"]


@pytest.mark.parametrize(
    ("results", "there", "asked"),
    [
        (
            "success success success skipped",
            "7\n",
            ["POST issues/7/comments", "PATCH issues/7"],
        ),  # nothing was new
        ("success success success success", "", []),
        ("failure skipped skipped skipped", "7\n", []),
        ("failure skipped skipped skipped", "", ["POST issues"]),
        ("success cancelled skipped skipped", "", ["POST issues"]),  # F-224: GitHub's word for a time limit
    ],
)
def test_one_issue_stands_while_nights_fail(
    tmp_path: Path, results: str, there: str, asked: list[str]
) -> None:
    root = origin(tmp_path / "origin")
    one = Runner(tmp_path / "run", root, {"github.sha": head(root)}, environ_of(root))
    one.answer(ISSUE, there)
    ended = dict(zip(("collect", "feedback", "publish", "mail"), results.split(), strict=True))
    assert one.run_one(job("audit", "watch"), ended) == "success", one.said
    said = [f"{words[2]} {words[3].removeprefix('repos/harbor/fleet/')}" for words in one.asked[1:]]
    assert said == asked


def test_without_a_role_it_builds_only_and_says_so(tmp_path: Path) -> None:
    root = origin(tmp_path / "origin", "schema: 1\nname: Fleet\n")
    known = {"github.ref": "refs/heads/main", "github.sha": head(root)}
    one = Runner(tmp_path / "run", root, known, environ_of(root, PYTHONPATH=PATHS))
    assert one.run("publish") == {"collect": "success", "publish": "success", "mail": "skipped"}, one.said
    assert one.ran == blocks("publish", "collect", "publish")
    assert "::notice::Nothing is collected" in one.said["collect"]
    assert "::notice::Built, and not published" in one.said["publish"]
    assert (tmp_path / "run/work/publish/build/all/site/index.html").is_file()
    assert (one.asked, list(one.artefacts.iterdir())) == ([], [])


def test_another_branch_reaches_nobody(tmp_path: Path) -> None:
    root = origin(tmp_path / "origin")
    known = {"github.ref": "refs/heads/idea", "vars.AWS_ROLE": ROLE, "github.sha": head(root)}
    for name in ("publish", "audit"):
        one = Runner(tmp_path / name, root, known, environ_of(root))
        assert set(one.run(name).values()) == {"skipped"}
        assert one.ran == []


def test_a_pull_request_has_one_comment_that_is_brought_up_to_date(tmp_path: Path) -> None:
    root = origin(tmp_path / "origin", "schema: 1\nname: Fleet\n")
    base = head(root)
    git(root, "branch", HOSTILE)
    git(root, "checkout", "-q", "-b", "cheaper")
    known = {
        "github.base_ref": HOSTILE,  # F-216
        "github.event.pull_request.base.sha": base,
        "github.event.pull_request.head.repo.full_name": "harbor/fleet",
        "github.event.pull_request.number": "12",
        "github.sha": changed(root, 380),
    }
    one = Runner(tmp_path / "run", root, known, environ_of(root, PYTHONPATH=PATHS))
    assert set(one.run("pull-request").values()) == {"success"}, one.said
    assert one.ran == blocks("pull-request", "look", "test", "comment")
    assert {path.name for path in one.artefacts.iterdir()} == {"site", "summary"}
    assert list(tmp_path.rglob("pwned")) == []
    told = (one.artefacts / "summary/summary.md").read_text()
    assert "Sunset Boat" in told
    assert (one.folder / "summary.md").read_text() == told
    assert (one.gh / "body").read_text() == f"{MARKER}\n{told}"
    assert [words[1:4] for words in one.asked[1:]] == [
        ["--method", "POST", "repos/harbor/fleet/issues/12/comments"]
    ]

    again = Runner(tmp_path / "again", root, known, environ_of(root))
    again.answer(MINE, "99\n100\n")
    shutil.copytree(one.artefacts, again.artefacts, dirs_exist_ok=True)
    assert again.run_one(job("pull-request", "comment"), {"look": "success"}, summary="success") == "success"
    assert [words[1:4] for words in again.asked[1:]] == [
        ["--method", "PATCH", "repos/harbor/fleet/issues/comments/99"]
    ]


def test_F215_a_pull_request_from_a_fork_is_told_in_the_summary_alone(tmp_path: Path) -> None:
    known = {"github.event.pull_request.head.repo.full_name": "stranger/fleet", "github.sha": "x"}
    one = Runner(tmp_path / "run", tmp_path, known, {})
    assert one.run_one(job("pull-request", "comment"), {"look": "success"}, summary="success") == "skipped"


def test_what_is_not_run_here_installs_or_tests_the_program() -> None:
    assert [name for name in NOT_RUN if not (ROOT / name).is_file()] == []
    assert blocks("pull-request", "test") == ["scripts/portfolio/tests"]
    said = (ROOT / "scripts/portfolio/tests").read_text()
    assert "for run in .ci/run scripts/test; do" in said


def test_a_tag_becomes_a_package_that_carries_what_portfolios_share(tmp_path: Path) -> None:
    root = tmp_path / "origin"
    without = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in (".github", "docs/guide", "generators", "infra", "scripts"):
        shutil.copytree(ROOT / part, root / part, ignore=without)
    for name in ("CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    commit(root)
    known = {"github.ref_name": f"v{__version__}", "github.sha": head(root)}
    one = Runner(tmp_path / "run", root, known, environ_of(root))
    assert set(one.run("release").values()) == {"success"}, one.said
    assert one.ran == blocks("release", "build")
    built = sorted((one.artefacts / "package").iterdir())
    names = [f"quarterdeck-{__version__}-py3-none-any.whl", f"quarterdeck-{__version__}.tar.gz"]
    assert [path.name for path in built] == names
    with zipfile.ZipFile(built[0]) as wheel:
        packed = {path: wheel.read(f"quarterdeck/start/shared/{path}") for path, _ in shared()}
        assert {"quarterdeck/infra/site.yml", "quarterdeck/docs/guide/tutorial.md"} <= {*wheel.namelist()}
    assert packed == dict(shared())

    wrong = Runner(tmp_path / "wrong", root, known | {"github.ref_name": "v9.9.9"}, environ_of(root))
    assert wrong.run("release") == {"build": "failure", "attest": "skipped", "publish": "skipped"}
    assert f"the tag is v9.9.9, and pyproject.toml says {__version__}" in wrong.said["build"]
    assert list(wrong.artefacts.iterdir()) == []


def test_a_long_text_is_cut_between_lines_before_github_refuses_it(tmp_path: Path) -> None:
    write(tmp_path, "long.md", "".join(f"line {number} " + "é" * 90 + "\n" for number in range(2000)))
    one = Runner(tmp_path / "run", tmp_path, {}, {})
    environ = {
        "PATH": f"{one.folder / 'bin'}:{os.environ['PATH']}",
        "GH_PLAYED": str(one.gh),
        "GITHUB_REPOSITORY": "a/b",
    }
    subprocess.run(
        [ROOT / "scripts/portfolio/comment", "1", "long.md"], cwd=tmp_path, env=environ, check=True
    )
    body = (one.gh / "body").read_text()
    assert 20_000 < len(body) < 65_536
    assert body.endswith("é\n\n\nThe rest is in the summary of the run.\n")
