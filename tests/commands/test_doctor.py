"""`quarterdeck doctor`: each state of each thing, what to do next, and nothing that keeps the rest from being told."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck import __version__, cli
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.commands import services
from quarterdeck.commands.doctor import LOOKS, Diagnosis, examine
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.preflight import Deviation
from quarterdeck.secrets.fingerprint import FILE, VARIABLE, make_fingerprint_key
from quarterdeck.settings import load_settings
from quarterdeck.start.record import RECORD, record
from quarterdeck.start.sign import Patient, Sign, ok, unseen, wrong
from tests.cloud import NUMBER, cloud, cloud_server
from tests.sites import SETTINGS, a_portfolio, commit, environ_of, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tests.cloud import Cloud

__all__ = ["cloud", "cloud_server"]

GIVEN = {"scripts/portfolio/build": b"#!/bin/sh\nexit 0\n"}
"""What this version gives to portfolios, here."""
PIN = f"quarterdeck=={__version__}\n"
OTHER = "210987654321"
PUBLISHING = (
    f'publishing: {{bucket: harbor-reports, account: "{NUMBER}", region: us-east-1, stack: harbor}}\n'
)
REPOSITORY = "repository: https://github.com/example/harbor\n"


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio that wants for nothing, committed; each test has a copy."""
    root = a_portfolio(tmp_path_factory.mktemp("healthy") / "fleet")
    write(root, ".gitignore", "build/\n.quarterdeck/\n")
    write(root, "requirements.txt", PIN)
    for path, data in GIVEN.items():
        write(root, path, data)
    write(root, RECORD, record(GIVEN))
    make_fingerprint_key(root)
    commit(root)
    return root


@pytest.fixture
def fleet(healthy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for one test."""
    monkeypatch.setattr("quarterdeck.commands.upgrade.ours", lambda: GIVEN)
    return shutil.copytree(healthy, tmp_path / "fleet", symlinks=True)


def told(root: Path, environ: Mapping[str, str] | None = None, *, is_offline: bool = True) -> Diagnosis:
    """What the doctor finds."""
    return examine(root, environ_of(root, **(environ or {})), is_offline=is_offline)


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def of(found: Diagnosis, subject: str) -> list[Sign]:
    return [one for one in found.signs if one.subject == subject]


# -- on this machine


def test_a_portfolio_that_wants_for_nothing(fleet: Path) -> None:
    found = told(fleet)
    assert [one for one in found.signs if one.state == "wrong"] == []
    assert found.exit_code() == 0
    assert found.summary() == "All is well; 3 not looked at."
    assert [one.what for one in of(found, "version")] == [f"{__version__}, as requirements.txt asks for"]


def no_git(root: Path) -> None:
    (root / ".git").rename(root.parent / "gone")


def nothing_committed(root: Path) -> None:
    no_git(root)
    git(root, "init", "-q")


def key_in_git(root: Path) -> None:
    git(root, "add", "-f", FILE)
    commit(root)


def shallow(root: Path) -> None:
    commit_again = write(root, "handoffs/more.md", "x")
    commit(root)
    commit_again.unlink()
    commit(root)
    git(root.parent, "clone", "-q", "--depth", "1", f"file://{root}", "shallow")
    no_git(root)
    (root.parent / "shallow" / ".git").rename(root / ".git")


@pytest.mark.parametrize(
    ("case", "change", "subject", "what", "mend"),
    [
        ("in no repository", no_git, "git", "in no repository", "git init"),
        ("nothing committed", nothing_committed, "git", "nothing is committed yet", "git commit"),
        ("edited", lambda r: write(r, "handoffs/boat.md", "x"), "git", "differ from the last", "git status"),
        ("shallow", shallow, "git", "never fetched", "git fetch --unshallow"),
        (
            "no pin",
            lambda r: write(r, "requirements.txt", "boto3\n"),
            "version",
            "no requirements file says",
            f"Write quarterdeck=={__version__}",
        ),
        (
            "an older pin",
            lambda r: write(r, "requirements.txt", "quarterdeck==0.0.1\n"),
            "version",
            "asks for 0.0.1",
            "quarterdeck upgrade",
        ),
        (
            "a newer pin",
            lambda r: write(r, "requirements.txt", "quarterdeck==99.1\n"),
            "version",
            "asks for 99.1",
            "scripts/setup",
        ),
        (
            "a refused handoff",
            lambda r: write(r, "handoffs/boat.md", b"\xff\xfe\x00"),
            "files",
            "1\xa0file refused",
            "quarterdeck check",
        ),
        ("no key", lambda r: (r / FILE).unlink(), "fingerprint key", "there is none", "quarterdeck key"),
        ("an open key", lambda r: (r / FILE).chmod(0o644), "fingerprint key", "can read", "chmod 600"),
        ("a key in git", key_in_git, "fingerprint key", "is in git", "git rm --cached"),
        (
            "an older script",
            lambda r: (
                [write(r, p, b"old") for p in GIVEN]
                + [write(r, RECORD, record(dict.fromkeys(GIVEN, b"old")))]
            ),
            "workflows",
            "1\xa0file missing or of another version: scripts/portfolio/build",
            "quarterdeck upgrade",
        ),
        (
            "a damaged record",
            lambda r: write(r, RECORD, "{"),
            "workflows",
            "is damaged",
            "Bring it back from git",
        ),
        (
            "wrong settings",
            lambda r: write(r, "portfolio.yml", "schema: 1\ncurrency: dollars\n"),
            "settings",
            "portfolio.yml:2: currency",
            "USD",
        ),
        (
            "a copy to nobody",
            lambda r: write(r, "portfolio.yml", f"{SETTINGS}mail: {{bcc: [a@b.example]}}\n"),
            "mail",
            "belongs to nobody",
            "Add it under people:",
        ),
    ],
)
def test_each_thing_that_is_wrong_says_how_to_mend_it(
    fleet: Path, case: str, change: Callable[[Path], object], subject: str, what: str, mend: str
) -> None:
    change(fleet)
    found = told(fleet)
    assert any(
        one.state == "wrong" and what in one.what and mend in str(one) for one in of(found, subject)
    ), (
        case,
        [str(one) for one in found.signs],
    )
    assert found.exit_code() == 1
    assert {"git", "version", "files", "workflows"} <= {one.subject for one in found.signs}, "all are told"
    assert all("\n" not in str(one) for one in found.signs)


def test_wrong_settings_keep_only_from_what_needs_them(fleet: Path) -> None:
    write(fleet, "portfolio.yml", "schema: 1\ncolour: red\n")
    found = told(fleet)
    unseen_ = {one.subject for one in found.signs if one.what == "portfolio.yml is to be mended first"}
    assert unseen_ == {"Python", "credentials", "mail", "store", "private site", "roles"}
    assert of(found, "version")[0].state == "ok"


def test_without_git_on_this_machine(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fleet))
    found = told(fleet, {"PATH": str(fleet)})
    assert of(found, "git") == [
        wrong("git", "it is not installed", "Install it: https://git-scm.com/downloads")
    ]
    assert [one.what for one in of(found, "Node.js")] == [
        "not here; only quarterdeck serve --published --sign-in needs it"
    ]


def test_what_was_not_pushed_is_told(fleet: Path) -> None:
    git(fleet.parent, "clone", "-q", "--bare", str(fleet), "origin.git")
    git(fleet, "remote", "add", "origin", str(fleet.parent / "origin.git"))
    git(fleet, "fetch", "-q", "origin")
    git(fleet, "branch", "-q", "--set-upstream-to=origin/main")
    assert "with remote origin" in of(told(fleet), "git")[0].what
    write(fleet, "docs/a.md", "# A\n")
    commit(fleet)
    assert "1\xa0commit not pushed yet" in of(told(fleet), "git")[0].what


def test_a_key_of_the_environment_will_do(fleet: Path) -> None:
    (fleet / FILE).unlink()
    assert of(told(fleet, {VARIABLE: "a" * 64}), "fingerprint key")[0].state == "ok"


def test_what_the_owner_changed_is_told_and_is_not_wrong(fleet: Path) -> None:
    write(fleet, "scripts/portfolio/build", "mine")
    write(fleet, RECORD, record(dict.fromkeys(GIVEN, b"old")))
    (sign,) = of(told(fleet), "workflows")
    assert (sign.state, "was changed by you" in sign.what) == ("ok", True)


@pytest.mark.parametrize("text", ["mine", None], ids=["changed", "removed"])
def test_what_the_owner_changed_is_named_while_nothing_is_newer(fleet: Path, text: str | None) -> None:
    (fleet / "scripts/portfolio/build").unlink()
    if text:
        write(fleet, "scripts/portfolio/build", text)
    (sign,) = of(told(fleet), "workflows")
    assert sign.what == "you changed or removed scripts/portfolio/build, and nothing newer is there"
    assert (sign.state, sign.mend) == ("ok", "To see it: quarterdeck upgrade --force --dry-run")


def test_an_older_pin_is_told_once(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**GIVEN, "requirements.txt": PIN.encode()}
    monkeypatch.setattr("quarterdeck.commands.upgrade.ours", lambda: given)
    write(fleet, "requirements.txt", "quarterdeck==0.0.1\n")
    found = told(fleet)
    assert [one.state for one in (*of(found, "version"), *of(found, "workflows"))] == ["wrong", "ok"]


def test_parts_that_are_missing_are_named(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(fleet, "portfolio.yml", f"{SETTINGS}builder: zensical\naws: {{endpoint: embedded}}\n{PUBLISHING}")
    monkeypatch.setattr("quarterdeck.commands.machine.find_spec", lambda _: None)
    (sign,) = of(told(fleet), "Python")
    assert sign.state == "wrong"
    assert f"'quarterdeck[collect,embedded,publish,zensical]=={__version__}'" in sign.mend


def test_a_file_that_cannot_be_read_is_one_line_of_many(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Iterable[Sign]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("quarterdeck.commands.machine.check", refused)
    found = told(fleet)
    assert of(found, "files") == [
        wrong("files", "a file cannot be read: permission denied", "Mend its permissions.")
    ]
    assert of(found, "workflows")[0].state == "ok"


# -- outside


def patient(tmp_path: Path, cloud: Cloud, settings: str) -> Patient:
    """A portfolio with these settings, whose AWS is played."""
    root = a_portfolio(tmp_path / "p", SETTINGS + settings)
    environ = environ_of(root, **{ENDPOINT: cloud.endpoint})
    return Patient(root, environ, load_settings(root, environ))


def said(signs: Iterable[Sign]) -> list[tuple[str, str]]:
    return [(one.subject, one.state) for one in signs]


@pytest.mark.parametrize(("number", "state"), [(NUMBER, "ok"), (OTHER, "wrong")])
def test_whose_the_credentials_are(tmp_path: Path, cloud: Cloud, number: str, state: str) -> None:
    settings = f'aws: {{accounts: {{main: {{account: "{number}"}}}}}}\n{PUBLISHING}'
    found = list(services.credentials(patient(tmp_path, cloud, settings)))
    assert said(found) == [("credentials for publishing", "ok"), ("credentials for aws.accounts.main", state)]
    assert (OTHER in found[1].what) == (number == OTHER)


def test_a_refusal_for_one_account_says_nothing_of_the_next(tmp_path: Path, cloud: Cloud) -> None:
    answers = iter([Refusal("ExpiredToken", 400), None])
    cloud.stubs.answer("sts:GetCallerIdentity", lambda *_: next(answers))
    settings = f'aws: {{accounts: {{main: {{account: "{NUMBER}"}}}}}}\n{PUBLISHING}'
    first, second = services.credentials(patient(tmp_path, cloud, settings))
    assert (first.state, first.is_failed, "Sign in again" in first.what) == ("not looked at", True, True)
    assert second.state == "ok"


def test_nothing_of_aws_is_asked_where_it_is_played_or_not_named(tmp_path: Path, cloud: Cloud) -> None:
    (played,) = services.credentials(patient(tmp_path, cloud, "aws: {endpoint: embedded}\n"))
    assert played.state == "ok"
    (none,) = services.credentials(patient(tmp_path, cloud, ""))
    assert none.state == "not looked at"
    assert cloud.stubs.asked.total() == 0


def test_a_bucket_that_is_not_there_and_one_that_is_empty(tmp_path: Path, cloud: Cloud) -> None:
    one = patient(tmp_path, cloud, PUBLISHING)
    with pytest.raises(OutsideError, match="there is no such bucket"):
        list(services.store(one))
    cloud.client("s3").create_bucket(Bucket="harbor-reports")
    (sign,) = services.store(one)
    assert (sign.subject, sign.state, sign.mend) == (
        "bucket",
        "ok",
        "Run: quarterdeck build && quarterdeck publish --begin",
    )


def test_each_open_guard_is_a_line(tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    gaps = (Deviation("bucket x", "versioning is off", "what is lost is lost", "Enable it."),)
    monkeypatch.setattr(services, "deviations", lambda *_: gaps)
    wrong_, *unnamed = services.guards(patient(tmp_path, cloud, PUBLISHING))
    assert str(wrong_) == "private site: bucket x: versioning is off; what is lost is lost. Enable it."
    assert {one.state for one in unnamed} == {"not looked at"}
    assert [one.what.rpartition(" ")[2] for one in unnamed] == ["distribution.", "key_value_store.", "table."]


def stack(cloud: Cloud, *outputs: str) -> None:
    told_ = [{"OutputKey": key, "OutputValue": f"arn:aws:iam::{NUMBER}:role/{key}"} for key in outputs]
    about = {"StackName": "harbor", "StackStatus": "CREATE_COMPLETE", "CreationTime": 0}
    cloud.stubs.answer("cloudformation:DescribeStacks", {"Stacks": [{**about, "Outputs": told_}]})


def role(cloud: Cloud, name: str, subject: str | list[str]) -> None:
    policy: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/x"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": subject}},
            }
        ],
    }
    cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))


def test_each_role_belongs_to_its_environment_alone(tmp_path: Path, cloud: Cloud) -> None:
    stack(cloud, "AuditRoleArn", "PublishRoleArn")
    role(cloud, "AuditRoleArn", "repo:example/harbor:environment:audit")
    role(cloud, "PublishRoleArn", ["repo:example/harbor:environment:publish", "repo:*"])
    audit, publish, mail = services.roles(patient(tmp_path, cloud, PUBLISHING + REPOSITORY))
    assert audit.state == "ok"
    assert (publish.state, "repo:*" in publish.what) == ("wrong", True)
    assert (mail.state, mail.what) == ("wrong", "stack harbor names no MailRoleArn")


def test_without_a_repository_the_environment_alone_is_compared(tmp_path: Path, cloud: Cloud) -> None:
    stack(cloud, "AuditRoleArn", "PublishRoleArn", "MailRoleArn")
    role(cloud, "AuditRoleArn", "repo:any/one:environment:audit")
    role(cloud, "PublishRoleArn", "repo:any/one:environment:audit")
    cloud.stubs.answer("iam:GetRole", lambda _, body: Refusal() if b"MailRole" in body else None)
    states = [one.state for one in services.roles(patient(tmp_path, cloud, PUBLISHING))]
    assert states == ["ok", "wrong", "not looked at"]


def test_F165_what_the_sender_may_not_is_told(
    tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Played:
        place = "Amazon SES in us-east-1"

        def __init__(self, *refused: str) -> None:
            self.refused = refused

        def refusals(self, recipients: int) -> tuple[str, ...]:
            assert recipients == 1
            return self.refused

    settings = (
        "mail: {through: ses, sender: r@harbor.example, region: us-east-1}\n"
        "people:\n  sam: {name: Sam, address: sam@harbor.example, roles: [ceo]}\n"
        "  pat: {name: Pat, address: pat@harbor.example, roles: [ceo], mails: never}\n"
    )
    one = patient(tmp_path, cloud, settings)
    monkeypatch.setattr(services, "post_of", lambda *_, **__: Played())
    assert [str(sign) for sign in services.sender(one)] == [
        "mail: Amazon SES in us-east-1 takes mail to 1\xa0reader."
    ]
    monkeypatch.setattr(services, "post_of", lambda *_, **__: Played("It is in the sandbox. Ask for more."))
    (sign,) = services.sender(one)
    assert (sign.state, sign.what, sign.mend) == ("wrong", "It is in the sandbox", "Ask for more.")


# -- all of it


def test_offline_asks_nobody(fleet: Path, cloud: Cloud) -> None:
    settings = (
        f'aws: {{accounts: {{main: {{account: "{NUMBER}"}}}}}}\nmail: {{through: ses, sender: a@b.example}}\n'
    )
    write(fleet, "portfolio.yml", SETTINGS + settings + PUBLISHING)
    commit(fleet)
    found = told(fleet, {ENDPOINT: cloud.endpoint})
    assert [one.subject for one in found.signs if one.what == "--offline asks nobody"] == [
        "credentials",
        "mail",
        "store",
        "private site",
        "roles",
    ]
    assert cloud.stubs.asked.total() == 0


def test_what_does_not_answer_costs_nothing_else(fleet: Path, cloud: Cloud) -> None:
    write(fleet, "portfolio.yml", SETTINGS + PUBLISHING + REPOSITORY)
    commit(fleet)
    cloud.stubs.answer("*", Refusal("ExpiredToken", 400))
    found = told(fleet, {ENDPOINT: cloud.endpoint}, is_offline=False)
    failed = [one.subject for one in found.signs if one.is_failed]
    assert failed == ["credentials for publishing", "store", "private site", "roles"]
    assert all("Sign in again" in one.what for one in found.signs if one.is_failed)
    assert of(found, "mail")[0].state == "ok"
    assert found.exit_code() == 3


@pytest.mark.parametrize(
    ("signs", "code"),
    [
        ([ok("a", "x")], 0),
        ([unseen("a", "x")], 0),
        ([ok("a", "x"), wrong("b", "x", "y")], 1),
        ([wrong("b", "x", "y"), unseen("a", "x", is_failed=True)], 1),
        ([ok("here", "x"), unseen("a", "x", is_failed=True)], 3),
        ([Sign("there", "ok", "x", is_outside=True), unseen("a", "x", is_failed=True)], 4),
    ],
)
def test_exit_codes(signs: list[Sign], code: int) -> None:
    assert Diagnosis(tuple(signs)).exit_code() == code


def test_F233_programs_get_all_of_it_as_json(
    fleet: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ_of(fleet).items():
        monkeypatch.setenv(name, value)
    write(fleet, "requirements.txt", "")
    code = cli.main(["doctor", "--portfolio", str(fleet), "--format", "json"])
    printed = capsys.readouterr()
    known = json.loads(printed.out)
    assert (code, known["exit_code"], known["schema"]) == (1, 1, 1)
    assert {one["state"] for one in known["signs"]} == {"ok", "wrong", "not looked at"}
    assert printed.err == "1\xa0thing to mend; 3 not looked at.\n"
    assert cli.main(["doctor", "--portfolio", str(fleet)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(known["signs"])
    assert lines[0].startswith("ok             settings: portfolio.yml is sound")
    assert len({one.subject for one in LOOKS}) == len(LOOKS)
