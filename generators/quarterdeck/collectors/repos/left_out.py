"""Which files of a repository are not somebody's own work, so that no count or check looks at them (F-094)."""

import re

# fmt: off
_VENDORED = (
    "node_modules", "bower_components", "jspm_packages", "vendor", "vendored", "third_party",
    "third-party", "site-packages", ".venv", "venv", "virtualenv", "Pods", "Carthage", ".yarn",
)
_GENERATED = (
    "dist", "build", "out", "target", ".next", ".nuxt", ".svelte-kit", ".output", ".cache",
    ".parcel-cache", ".turbo", "cdk.out", ".aws-sam", ".serverless", ".terraform", "__pycache__",
    ".mypy_cache", ".pytest_cache", "coverage", "htmlcov", ".nyc_output",
)
_FIXTURES = (
    "fixture", "fixtures", "testdata", "test_data", "test-data", "__snapshots__", "__mocks__",
    "cassettes",
)
_LOCKS = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
    "poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "composer.lock", "Gemfile.lock", "Cargo.lock",
    "go.sum", "flake.lock", "pubspec.lock", ".terraform.lock.hcl", "packages.lock.json",
    "gradle.lockfile", "deno.lock", "mix.lock",
)
# fmt: on

_FOLDERS = {
    **dict.fromkeys(_VENDORED, "vendored"),
    **dict.fromkeys(_GENERATED, "generated"),
    **dict.fromkeys(_FIXTURES, "a fixture"),
}
_MADE = re.compile(
    r"\.(?:map|pyc|pyo|class|o|a|so|dll|exe|snap)$|(?:_pb2(?:_grpc)?\.py|\.pb\.go|\.generated\.\w+|\.g\.dart)$"
)
_MINIFIED = re.compile(r"[.-]min\.(?:js|mjs|css|html)$|\.bundle\.js$")

LOCK = "a lock file"

_LONG_LINE = 1_000
_SHOWS_LONG_LINES = 4_096


def why_left_out(path: str) -> str:
    """`vendored`, `generated`, `minified`, `a lock file` or `a fixture`; empty for what somebody wrote."""
    *folders, name = path.split("/")
    if why := next((_FOLDERS[one] for one in folders if one in _FOLDERS), ""):
        return why
    if name in _LOCKS:
        return LOCK
    if _MINIFIED.search(name):
        return "minified"
    return "generated" if _MADE.search(name) else ""


def looks_minified(text: str) -> bool:
    """Whether the lines of a script or style are so long that no person wrote them."""
    start = text[:_SHOWS_LONG_LINES]
    return len(start) > _LONG_LINE and max(map(len, start.split("\n"))) > _LONG_LINE
