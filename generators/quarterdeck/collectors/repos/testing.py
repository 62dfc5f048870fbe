"""Which files are tests, and which commands run them."""

import re
from collections.abc import Iterator

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.deploying.shell import Command, bare, commands

_TESTS = re.compile(
    r"(?:^|/)(?:test_[^/]*\.py|[^/]*_test\.(?:py|go|rb|dart|exs|cc|cpp|c|ts|js)|tests\.py|test_[^/]*\.rb|[^/]*_spec\.rb"
    r"|[^/]*[.-](?:test|spec|cy|e2e)\.[cm]?[jt]sx?|[^/]*Tests?\.(?:php|java|kt|kts|scala|cs|swift)"
    r"|[^/]*Spec\.(?:scala|kt|groovy)|[^/]*Cest\.php|[^/]*\.(?:bats|t)|[^/]*_SUITE\.erl)$"
    r"|(?:^|/)__tests__/[^/]*\.[cm]?[jt]sx?$|(?:^|/)(?:tests?|specs?|e2e)/(?:[^/]+/)*"
    r"(?!__init__\.py$|conftest\.py$|setup\.\w+$)[^/]+\.(?:py|[cm]?[jt]sx?|go|rb|php|java|kt|rs|cs|c|cc|cpp|sh|swift|dart|exs)$"
)
_RUST = re.compile(r"#\[(?:\w+::)?test\]")

_RUNNERS = frozenset(
    {
        *("pytest", "py.test", "unittest", "nose2", "behave", "tox", "nox", "vitest", "jest", "mocha", "ava"),
        *("karma", "tap", "c8", "rspec", "minitest", "phpunit", "pest", "codecept", "behat", "ctest", "bats"),
        *("prove", "gotestsum", "playwright", "cypress", "testcafe", "wtr", "web-test-runner", "newman"),
    }
)
_VERBS = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun", "deno"), r"(?:.*[:_-])?tests?(?:[:_-].*)?|t|tst|e2e"),
    **dict.fromkeys(
        ("make", "just", "task", "invoke", "inv", "rake"), r"(?:.*[:_-])?(?:tests?|check|spec)(?:[:_-].*)?"
    ),
    **dict.fromkeys(("mvn", "mvnw"), r"test|verify|install|package"),
    **dict.fromkeys(("gradle", "gradlew"), r":?(?:.*:)?(?:test|check|build)"),
    **dict.fromkeys(
        (
            "go",
            "dotnet",
            "swift",
            "flutter",
            "dart",
            "mix",
            "hatch",
            "rails",
            "composer",
            "sbt",
            "forge",
            "zig",
        ),
        r"tests?",
    ),
    "cargo": r"test|t|nextest",
    "node": r"--test",
    "manage.py": r"test",
    "artisan": r"test",
    "xcodebuild": r"test",
}
"""Programs that run tests where one of their words says so."""
_NO_RUN = frozenset(
    {"install", "i", "add", "ci", "remove", "uninstall", "publish", "cache", "config", "get", "mod"}
)
_FETCHES = frozenset({"npm", "yarn", "pnpm", "bun", "deno", "go", "cargo", "composer", "dotnet", "node"})
_PREPARES = frozenset({"build", "pull", "push", "sync", "pip", "lock", "login"})
_AROUND = frozenset(
    {
        *(
            "docker",
            "docker-compose",
            "podman",
            "coverage",
            "xvfb-run",
            "timeout",
            "uv",
            "nx",
            "turbo",
            "lerna",
        ),
        *(
            "rye",
            "pdm",
            "nix",
            "devbox",
            "cross-env",
            "dotenv",
            "python",
            "python3",
            "php",
            "bash",
            "sh",
            "zsh",
        ),
        *("poetry", "pipenv", "hatch", "stdbuf", "env-cmd", "doppler", "retry", "xargs", "firebase", "sst"),
    }
)
"""Programs that start another one, which stands somewhere behind them."""
_SCRIPT = re.compile(
    r"(?:^|/)[\w-]*tests?[\w-]*\.(?:sh|bash|py|[cm]?js|ts|php|rb|pl)$|[./]/(?:[\w.-]+/)*(?:run[-_]?)?tests?$"
)
_PACKAGES = frozenset({"npm", "yarn", "pnpm", "bun"})
_FEW_WORDS = 14
_LONGEST_PATH = 200
_DEEPEST = 3

SWALLOWS = re.compile(r"\|\|\s*(?:true\b|:(?=\s|$|;)|exit\s+0\b|echo\b)|;\s*(?:true|exit\s+0)\s*$")
"""The end of a line that goes on whatever its command said."""


def has_tests(repo: Checkout) -> bool:
    """Whether any file of one's own is a test by the custom of its language, and is not empty."""
    if any(file.size and _TESTS.search(file.path) for file in repo.own):
        return True
    rust = (file for file in repo.own if file.path.endswith(".rs"))
    return any("#[" in text and _RUST.search(text) for _, text in repo.texts(rust))


def runs_tests(words: tuple[str, ...]) -> bool:
    """Whether a command runs tests."""
    if words[0] in _QUIET:
        return False
    if any(_SCRIPT.search(one[-_LONGEST_PATH:]) for one in words[:2]):
        return True
    found = words if words[0] == "yarn" else bare(words)
    if not found or found[0] in _QUIET:
        return False
    if found[0] in _RUNNERS:
        return not {"install", "open", "--version"} & set(found[1:2])
    return _is_told(found) or _is_around(words) or _is_around(found)


def _is_told(found: tuple[str, ...]) -> bool:
    """Whether the words of a program that does many things say that it runs tests."""
    verb = _VERBS.get(found[0])
    rest = [one[:100] for one in found[1:_FEW_WORDS] if one.startswith("--test") or not one.startswith("-")]
    if not verb or not rest or (rest[0] in _NO_RUN and found[0] in _FETCHES):
        return False
    return any(re.fullmatch(verb, one) for one in rest[:3]) or (found[0] in _PACKAGES and rest[0] in _RUNNERS)


def _is_around(words: tuple[str, ...]) -> bool:
    """Whether a program only starts another one, which runs tests."""
    if words[0] not in _AROUND or (words[1:2] and words[1] in {*_NO_RUN, *_PREPARES}):
        return False
    few = words[:_FEW_WORDS]
    return any(
        one in _RUNNERS or (one in _VERBS and _is_told(words[at:])) for at, one in enumerate(few) if at
    )


_QUIET = frozenset(
    {
        *(
            "echo",
            "printf",
            "pip",
            "pip3",
            "pipx",
            "apt",
            "apt-get",
            "apk",
            "brew",
            "cat",
            "rm",
            "cp",
            "mv",
            "ls",
        ),
        *(
            "mkdir",
            "git",
            "grep",
            "sed",
            "awk",
            "find",
            "chmod",
            "touch",
            "curl",
            "wget",
            "export",
            "which",
            "cd",
        ),
        *("test", "[", "gem", "aws", "zip", "tar", "tee", "head", "tail", "diff", "ruff", "eslint", "black"),
    }
)
"""Programs that run no test, whatever their words are."""


def of_package(
    repo: Checkout, words: tuple[str, ...], folder: str = "", depth: int = 0
) -> Iterator[Command | str]:
    """The commands of a script of `package.json` that a command starts, and the script itself as text."""
    found = bare(words)
    if not found or found[0] not in _PACKAGES or depth > _DEEPEST:
        return
    said = [one for one in found[1:] if not one.startswith("-")]
    if said[:1] in (["run"], ["run-script"]):
        said = said[1:]
    name = {"t": "test", "tst": "test"}.get(said[0], said[0]) if said else ""
    if script := _scripts(repo, folder).get(name):
        yield script
        for one in commands(script):
            yield one
            yield from of_package(repo, one.words, folder, depth + 1)


def _scripts(repo: Checkout, folder: str) -> dict[str, str]:
    path = f"{folder.strip('./')}/package.json" if folder.strip("./") else "package.json"
    try:
        held = msgspec.json.decode(repo.text(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    scripts = held.get("scripts") if isinstance(held, dict) else None
    return (
        {key: one for key, one in scripts.items() if isinstance(one, str)}
        if isinstance(scripts, dict)
        else {}
    )
