"""What pipelines say: what starts them, whether they run tests, and what outsiders may bring into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.repos.actions import checked_out, injected, is_outside, pin, stored_keys
from quarterdeck.collectors.repos.deploying.plain import block
from quarterdeck.collectors.repos.deploying.shell import commands
from quarterdeck.collectors.repos.testing import runs_tests
from quarterdeck.collectors.repos.versions import supported
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.pipelines import LanguageVersion, Workflow
from quarterdeck.model.repositories import Repository

if TYPE_CHECKING:
    from tests.repos import Repo

CI = ".github/workflows/ci.yml"


def _flow(repo: Repo, files: dict[str, str], path: str = CI) -> Workflow:
    repo.commit(files)
    facts, _ = repo.collect("repos-pipelines")
    return next(one for one in facts if isinstance(one, Workflow) and one.path == path)


def _on(trigger: str, *lines: str, job: str = "") -> str:
    """A workflow of one job whose steps are some lines; the first of them stands on line 5, one later with `job`."""
    steps = "\n".join(f"      {line}" for line in lines)
    return f"on: {trigger}\njobs:\n  one:\n{f'    {job}' + chr(10) if job else ''}    steps:\n{steps}\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pytest -q", True),
        ("python -m pytest", True),
        ("poetry run pytest", True),
        ("uv run --frozen pytest", True),
        ("coverage run -m pytest", True),
        ("python3 -m unittest discover", True),
        ("python manage.py test", True),
        ("tox -e py312", True),
        ("npm test", True),
        ("npm t", True),
        ("npm run test:unit", True),
        ("yarn test --ci", True),
        ("pnpm run unit-test", True),
        ("npx vitest run", True),
        ("npx playwright test", True),
        ("npx playwright install", False),
        ("node --test", True),
        ("go test ./...", True),
        ("cargo test --all", True),
        ("./mvnw -B verify", True),
        ("./gradlew check", True),
        ("bundle exec rspec", True),
        ("vendor/bin/phpunit", True),
        ("dotnet test", True),
        ("make test", True),
        ("./scripts/test", True),
        ("bash run_tests.sh", True),
        ("docker compose run web pytest", True),
        ("docker build -t test .", False),
        ("echo pytest", False),
        ("pip install pytest", False),
        ("npm install jest", False),
        ("npm ci", False),
        ("npm run build", False),
        ("make deploy", False),
        ("test -f pytest.ini", False),
        ("go build ./...", False),
        ("git checkout test", False),
        ("python deploy.py", False),
        ("ruff check tests", False),
        ("aws s3 cp test.sh s3://bucket", False),
    ],
)
def test_a_command_runs_tests_or_does_not(command: str, *, expected: bool) -> None:
    (one,) = commands(command)
    assert runs_tests(one.words) is expected


@pytest.mark.parametrize(
    ("files", "runs", "swallowed"),
    [
        ({CI: _on("push", "- run: pytest")}, True, ()),
        ({CI: _on("push", "- run: echo ok # pytest", "# - run: pytest")}, False, ()),
        ({CI: _on("push", "- run: pytest || true")}, True, (f"{CI}:5",)),
        ({CI: _on("push", "- run: |", "    make", "    pytest || :")}, True, (f"{CI}:7",)),
        ({CI: _on("push", "- run: pytest || exit 1")}, True, ()),
        ({CI: _on("push", "- run: pytest", "  continue-on-error: true")}, True, (f"{CI}:5",)),
        ({CI: _on("push", "- run: pytest", "  continue-on-error: false")}, True, ()),
        ({CI: _on("push", "- run: ruff check", "  continue-on-error: true", "- run: pytest")}, True, ()),
        ({CI: _on("push", "- run: pytest", job="continue-on-error: true")}, True, (f"{CI}:6",)),
        (
            {
                CI: _on(
                    "push",
                    "- run: pytest",
                    "  id: tests",
                    "  continue-on-error: true",
                    "- if: steps.tests.outcome == 'failure'",
                    "  run: exit 1",
                )
            },
            True,
            (),
        ),
        ({CI: _on("push", "- run: npm run ci"), "package.json": '{"scripts": {"ci": "vitest run"}}'}, True, ()),
        (
            {CI: _on("push", "- run: npm test"), "package.json": '{"scripts": {"test": "jest || true"}}'},
            True,
            (f"{CI}:5",),
        ),
        (
            {
                CI: _on("push", "- run: npm test"),
                "package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}',
            },
            False,
            (),
        ),
        ({CI: _on("push", "- run: make prove"), "Makefile": "prove:\n\tpytest\n"}, True, ()),
        ({CI: _on("push", "- run: ./ci.sh"), "ci.sh": "set -e\npytest\n"}, True, ()),
        (
            {
                CI: _on("push", "- uses: ./.github/actions/prove"),
                ".github/actions/prove/action.yml": "runs:\n  using: composite\n  steps:\n    - run: pytest\n",
            },
            True,
            (),
        ),
        (
            {
                CI: "on: push\njobs:\n  one:\n    uses: ./.github/workflows/tests.yml\n",
                ".github/workflows/tests.yml": _on("workflow_call", "- run: pytest || true"),
            },
            True,
            (".github/workflows/tests.yml:5",),
        ),
    ],
)  # fmt: skip
def test_tests_that_run_and_tests_that_may_fail(
    repo: Repo, files: dict[str, str], *, runs: bool, swallowed: tuple[str, ...]
) -> None:
    found = _flow(repo, files)
    assert (found.runs_tests, found.swallowed) == (runs, swallowed)


def test_a_workflow_of_another_repository_is_not_known(repo: Repo) -> None:
    uses = "on: push\njobs:\n  one:\n    uses: harbor/ci/.github/workflows/tests.yml@main\n"
    found = _flow(repo, {CI: uses})
    assert isinstance(found.runs_tests, NotCollected)
    assert [(one.line, one.pin) for one in found.steps] == [(4, "branch")]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("a" * 40, "commit"),
        ("A" * 40, "branch"),
        ("v4", "tag"),
        ("4.1.2", "tag"),
        ("v1.0.0-beta.2", "tag"),
        ("codeql-bundle-v2.1", "tag"),
        ("main", "branch"),
        ("release/v1", "branch"),
        ("stable", "branch"),
        ("", "branch"),
    ],
)
def test_what_a_step_is_held_at(held: str, expected: str) -> None:
    assert pin(held) == expected


def test_steps_of_others_are_listed_and_those_of_the_host_are_not(repo: Repo) -> None:
    found = _flow(
        repo,
        {
            CI: _on(
                "push",
                "- uses: actions/checkout@v4",
                "- uses: ./.github/actions/own",
                "- uses: some/action@main",
                f"- uses: some/held@{'b' * 40} # v2",
                "- uses: docker://alpine:3.20",
                f"- uses: docker://ghcr.io/a/b@sha256:{'c' * 64}",
                "- run: echo uses other/action@main",
            )
        },
    )
    assert [(one.line, one.name, one.pin) for one in found.steps] == [
        (7, "some/action", "branch"),
        (8, "some/held", "commit"),
        (9, "alpine", "tag"),
        (10, "ghcr.io/a/b", "commit"),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        *((f"github.event.{part}", True) for part in (
            "issue.title", "issue.body", "pull_request.title", "pull_request.body", "pull_request.head.ref",
            "pull_request.head.label", "comment.body", "review.body", "discussion.title", "head_commit.message",
            "commits[0].message", "commits.*.author.email", "pages[1].page_name", "workflow_run.head_branch",
        )),
        ("github.head_ref", True),
        ("github['head_ref']", True),
        ("github.event['issue']['title']", True),
        ("toJSON(github.event)", True),
        ("format('{0}', github.event.issue.title)", True),
        ("github.event.issue.title || 'none'", True),
        ("github.event.issue.number", False),
        ("github.event.pull_request.head.sha", False),
        ("github.event.pull_request.base.ref", False),
        ("github.sha", False),
        ("contains(github.event.issue.title, 'x')", False),
        ("github.head_ref == 'main'", False),
        ("secrets.github_head_ref", False),
        ("env.TITLE", False),
    ],
)  # fmt: skip
def test_what_somebody_outside_may_write(said: str, *, expected: bool) -> None:
    assert is_outside(f" {said} ") is expected


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (("- run: echo ${{ github.event.issue.title }}",), [5]),
        (("- run: |", "    true", "    echo ${{ github.head_ref }}"), [7]),
        (("- env: {TITLE: '${{ github.event.issue.title }}'}", '  run: echo "$TITLE"'), []),
        (("- env: {TITLE: '${{ github.event.issue.title }}'}", "  run: echo ${{ env.TITLE }}"), [6]),
        (("# - run: echo ${{ github.event.issue.title }}",), []),
        (("- name: ${{ github.event.issue.title }}", "  run: echo"), []),
        (("- uses: some/action@v1", "  with: {title: '${{ github.event.issue.title }}'}"), []),
        (
            (
                "- uses: actions/github-script@v7",
                "  with:",
                "    script: f('${{ github.event.issue.title }}')",
            ),
            [7],
        ),
        (("- run: echo ${{ github.event.issue.title",), []),
    ],
)
def test_text_that_is_written_into_scripts(lines: tuple[str, ...], at: list[int]) -> None:
    assert list(injected(block(_on("issues", *lines), CI))) == at


HEAD = ("- uses: actions/checkout@v4", "  with:", "    ref: ${{ github.event.pull_request.head.sha }}")
RUN = ("- uses: actions/checkout@v4", "  with:", "    ref: ${{ github.event.workflow_run.head_sha }}")
OTHER = (
    "- uses: actions/checkout@v4",
    "  with:",
    "    repository: ${{ github.event.pull_request.head.repo.full_name }}",
)
COMMENT = ("- run: gh pr checkout ${{ github.event.issue.number }}",)
FETCH = ("- run: git fetch origin pull/${{ github.event.number }}/head",)
NAMED = ("- env: {SHA: '${{ github.event.pull_request.head.sha }}'}", '  run: git checkout "$SHA"')
OWN = "if: github.event.pull_request.head.repo.full_name == github.repository"


@pytest.mark.parametrize(
    ("trigger", "lines", "job", "at"),
    [
        ("pull_request_target", HEAD, "", [7]),
        ("[push, pull_request_target]", HEAD, "", [7]),
        ("pull_request_target", OTHER, "", [7]),
        ("pull_request_target", FETCH, "", [5]),
        ("pull_request_target", NAMED, "", [6]),
        ("pull_request_target", HEAD, "if: contains(github.event.pull_request.labels.*.name, 'safe')", [8]),
        ("pull_request_target", HEAD, OWN, []),
        ("pull_request_target", HEAD, f"{OWN} || always()", [8]),
        ("pull_request_target", ("- uses: actions/checkout@v4",), "", []),
        ("pull_request", HEAD, "", []),
        ("push", HEAD, "", []),
        ("workflow_run", RUN, "", [7]),
        ("workflow_run", RUN, "if: github.event.workflow_run.event == 'push'", []),
        ("workflow_run", RUN, "if: github.event.workflow_run.conclusion == 'success'", [8]),
        ("issue_comment", COMMENT, "", [5]),
        ("issue_comment", COMMENT, "if: github.event.comment.author_association == 'OWNER'", []),
        ("issue_comment", ("- run: echo gh pr view 3",), "", []),
    ],
)
def test_code_from_outside_that_is_fetched(
    trigger: str, lines: tuple[str, ...], job: str, at: list[int]
) -> None:
    assert list(checked_out(block(_on(trigger, *lines, job=job), CI))) == at


@pytest.mark.parametrize(
    ("head", "job", "rights"),
    [
        ("", "", "none said"),
        ("permissions: {contents: read}\n", "", ""),
        ("permissions: {}\n", "", ""),
        ("permissions: read-all\n", "", ""),
        ("permissions: write-all\n", "", "all"),
        ("", "permissions: {contents: read}", ""),
        ("permissions: {contents: read}\n", "permissions: write-all", "all"),
        ("# permissions: read-all\n", "", "none said"),
    ],
)
def test_rights_of_the_token(repo: Repo, head: str, job: str, rights: str) -> None:
    assert _flow(repo, {CI: head + _on("push", "- run: make", job=job)}).rights == rights


def test_one_job_without_a_word_is_a_job_with_wide_rights(repo: Repo) -> None:
    jobs = "  a: {permissions: {}, steps: []}\n  b: {steps: []}\n"
    assert _flow(repo, {CI: f"on: push\njobs:\n{jobs}"}).rights == "none said"


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("- uses: a/b@v1", "  with: {aws-access-key-id: '${{ secrets.BOATS }}'}"), {"BOATS": 6}),
        (("- run: make", "  env: {AWS_SECRET_ACCESS_KEY: '${{ secrets.KEY }}'}"), {"KEY": 6}),
        (("- run: make", "  env: {X: '${{ secrets.GCP_SA_KEY }}'}"), {"GCP_SA_KEY": 6}),
        (("- uses: a/b@v1", "  with: {role-to-assume: '${{ secrets.AWS_ROLE_ARN }}'}"), {}),
        (("- run: make", "  env: {X: '${{ secrets.GITHUB_TOKEN }}'}"), {}),
    ],
)
def test_stored_keys_of_a_cloud(lines: tuple[str, ...], names: dict[str, int]) -> None:
    assert stored_keys(block(_on("push", *lines), CI)) == names


@pytest.mark.parametrize(
    ("path", "text", "triggers", "runs"),
    [
        (".gitlab-ci.yml", "test:\n  script: pytest\n", ("push",), True),
        (".gitlab-ci.yml", "test:\n  script: pytest\n  only: [schedules]\n", ("schedule",), True),
        (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: npm test\n", ("push",), True),
        (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: make lint\n", ("push",), False),
        (".travis.yml", "language: python\n", ("push",), True),
        (".travis.yml", "language: python\nscript: make lint\n", ("push",), False),
        ("bitbucket-pipelines.yml", "pipelines:\n  default:\n    - step: {script: [pytest]}\n", ("push",), True),
        ("bitbucket-pipelines.yml", "pipelines: {custom: {x: [{step: {script: [pytest]}}]}}", ("by hand",), True),
        ("buildspec.yml", "phases:\n  build:\n    commands:\n      - go test ./...\n", ("push",), True),
        ("Jenkinsfile", "stage('x') { sh 'npm test' }\n", ("push",), True),
    ],
)  # fmt: skip
def test_pipelines_of_other_hosts(
    repo: Repo, path: str, text: str, triggers: tuple[str, ...], *, runs: bool
) -> None:
    found = _flow(repo, {path: text}, path)
    assert (found.triggers, found.runs_tests) == (triggers, runs)


def test_another_host_may_let_failures_pass_too(repo: Repo) -> None:
    text = (
        "lint:\n  script: ruff check\n  allow_failure: true\ntest:\n  allow_failure: true\n  script: pytest\n"
    )
    assert _flow(repo, {".gitlab-ci.yml": text}, ".gitlab-ci.yml").swallowed == (".gitlab-ci.yml:6",)


@pytest.mark.parametrize(
    ("files", "has_ci", "has_tests"),
    [
        ({CI: _on("push", "- run: make"), "test_a.py": "x"}, True, True),
        ({CI: "on: {push: {tags: ['v*']}}\njobs: {}\n"}, False, False),
        ({CI: _on("[schedule, workflow_dispatch]", "- run: make")}, False, False),
        ({CI: "on: {push: {branches: [main], tags: ['v*']}}\njobs: {}\n"}, True, False),
        ({"docs/ci.yml": _on("push", "- run: make"), "src/contest.py": "x"}, False, False),
        ({"tests/fixtures/test_a.py": "x", "tests/__init__.py": "x"}, False, False),
        ({"pay_test.go": "x"}, False, True),
        ({"src/pay.test.ts": "x"}, False, True),
        ({"spec/pay_spec.rb": "x"}, False, True),
        ({"tests/PayTest.php": "x"}, False, True),
        ({"src/lib.rs": "#[cfg(test)]\nmod t { #[test]\nfn a() {} }\n"}, False, True),
        ({"src/lib.rs": "fn a() {}\n"}, False, False),
        ({"test_a.py": ""}, False, False),
    ],
)
def test_what_the_record_of_a_repository_says(
    repo: Repo, files: dict[str, str], *, has_ci: bool, has_tests: bool
) -> None:
    repo.commit(files)
    facts, _ = repo.collect("repos-habits")
    (found,) = (one for one in facts if isinstance(one, Repository))
    assert (found.has_ci, found.has_tests) == (has_ci, has_tests)


def test_a_bomb_of_anchors_is_a_gap_and_no_answer(repo: Repo) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    repo.commit({CI: bomb})
    facts, gaps = repo.collect("repos-pipelines")
    assert [one for one in facts if isinstance(one, Workflow)] == []
    assert [one.subject for one in gaps] == [f"jada-site:{CI}"]
    facts, _ = repo.collect("repos-habits")
    assert isinstance(next(one for one in facts if isinstance(one, Repository)).has_ci, NotCollected)


def test_one_step_in_many_places_is_read_once(repo: Repo) -> None:
    many = ", ".join(["*s"] * 20_000)
    text = f"x: &s {{run: 'pytest {'a ' * 20_000}'}}\non: push\njobs: {{one: {{steps: [{many}]}}}}\n"
    found = _flow(repo, {CI: text})
    assert (found.runs_tests, found.test_lines) == (True, (1,))


def test_one_line_in_many_places_is_read_up_to_a_limit(repo: Repo) -> None:
    many = ", ".join(["*s"] * 20_000)
    text = f"x: &s 'pytest {'a ' * 20_000}'\none: {{script: [{many}]}}\n"
    assert _flow(repo, {".gitlab-ci.yml": text}, ".gitlab-ci.yml").runs_tests is True


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".python-version", "3.9.18\n", [("python 3.9", 1)]),
        (".nvmrc", "v18\n", [("node 18", 1)]),
        (".nvmrc", "lts/*\n", []),
        ("runtime.txt", "python-3.8.10\n", [("python 3.8", 1)]),
        (".tool-versions", "# x\nnodejs 20.1.0\nterraform 1.2\n", [("node 20", 2)]),
        ("Dockerfile", "ARG X\nFROM python:3.9-slim AS web\nFROM alpine\n", [("python 3.9", 2)]),
        ("package.json", '{"engines": {\n"node": "18.x"}}', [("node 18", 2)]),
        ("package.json", '{"engines": {"node": ">=18"}}', []),
        ("pyproject.toml", 'requires-python = "==3.8.*"\n', [("python 3.8", 1)]),
        ("pyproject.toml", 'requires-python = ">=3.8"\n', []),
        ("Pipfile", '[requires]\npython_version = "3.8"\n', [("python 3.8", 2)]),
        ("Gemfile", 'ruby "2.7.8"\n', [("ruby 2.7", 1)]),
        (CI, _on("push", "- with: {x: 1}", "  # python-version: 3.8"), []),
        (CI, _on("push", "- with:", "    python-version: '3.8'"), [("python 3.8", 6)]),
        (CI, _on("push", "- with:", "    python-version: ['3.8', '3.12']"), []),
    ],
)
def test_versions_of_languages(repo: Repo, path: str, text: str, expected: list[tuple[str, int]]) -> None:
    repo.commit({path: text})
    facts, _ = repo.collect("repos-pipelines")
    assert [(one.id, one.line) for one in facts if isinstance(one, LanguageVersion)] == expected


@given(st.text(max_size=20))
def test_no_version_is_more_than_numbers(said: str) -> None:
    assert supported("python", said).replace(".", "").isdigit() or not supported("python", said)


@given(st.text(st.sampled_from("${} github.event.issue.title[]'()=!\n"), max_size=60))
def test_no_script_breaks_the_reader(script: str) -> None:
    told = block(f"on: issues\njobs:\n  one:\n    steps:\n      - run: {script!r}\n", CI)
    assert all(isinstance(line, int) for line in injected(told))
