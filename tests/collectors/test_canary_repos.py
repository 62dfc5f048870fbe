"""Secrets in a repository, in files, history, names and messages: none comes out, on any file or line of output."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from quarterdeck.cli import cli
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.reading import find_evidence
from tests.repos import Repo
from tests.secrets.made import Maker
from tests.sites import AS_OF, a_portfolio, build

if TYPE_CHECKING:
    from pathlib import Path

M = Maker(51)
LIVE = "sk" + "_live_" + M.signs(30)
TOKEN = M.summed("gh" + "p_")
PASSWORD = M.signs(18)
KEY = M.pem()
EVERY = (LIVE, TOKEN, PASSWORD, KEY.split("\n")[2])
SETTINGS = f"""\
schema: 1
name: Fleet
as_of: {AS_OF}
entities:
  boat: {{repos: [{{name: site, path: ../site}}]}}
"""


def _forms(secret: str) -> set[bytes]:
    raw = secret.encode()
    plain = {raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), html.escape(secret).encode()}
    plain |= {json.dumps(secret)[1:-1].encode(), quote(secret, safe="").encode()}
    plain |= {raw[: len(raw) // 2 + 2], raw[len(raw) // 2 - 2 :]}
    coded = {base64.b64encode(b"\0" * at + raw)[-(-at * 8 // 6) :].rstrip(b"=")[:-1] for at in range(3)}
    return plain | coded | {one.translate(bytes.maketrans(b"+/", b"-_")) for one in coded}


def _leaks(where: str, data: bytes) -> list[str]:
    return [f"{where}: {number}" for number, one in enumerate(EVERY) for form in _forms(one) if form in data]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A portfolio after its repository was looked at twice, and what was printed."""
    top = tmp_path_factory.mktemp("canary")
    root = a_portfolio(top / "p", SETTINGS)
    repo = Repo(top / "site", "site", "boat")
    repo.commit(
        {"pay.py": f"KEY = '{LIVE}'\n", ".env": f"DB_PASSWORD={PASSWORD}\n", "k.pem": KEY}, f"add {TOKEN}"
    )
    repo.commit({"pay.py": "x = 1\n", f"n-{TOKEN}.txt": f"see {LIVE}", ".env": None}, f"{LIVE} removed")
    repo.git("branch", f"b-{TOKEN}")
    repo.git("tag", "-a", "v1", "-m", f"with {LIVE}")
    said = ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(top / "cache"))
        for words in (["key"], ["collect", "repos"], ["collect", "repos"]):
            done = CliRunner().invoke(cli, [words[0], "--portfolio", str(root), *words[1:]])
            assert done.exception is None or isinstance(done.exception, SystemExit), done.output
            said += done.output
    return root, said


def test_the_search_would_find_it() -> None:
    for secret in EVERY:
        for told in (secret, secret.encode().hex(), base64.b64encode(f"xx{secret}".encode()).decode()):
            assert _leaks("", told.encode())


def test_what_holds_them_was_seen(collected: tuple[Path, str]) -> None:
    evidence, problems = parse_evidence(find_evidence(collected[0])[0])
    assert problems == []
    found = evidence.of(FoundSecret)
    assert {one.detector for one in found} >= {"stripe_live_secret", "github_token", "private_key_block"}
    assert all(isinstance(one.fingerprint, str) for one in found)


def test_F096_no_evidence_cache_manifest_or_line_holds_one(collected: tuple[Path, str]) -> None:
    root, said = collected
    files = [one for top in (root, root.parent / "cache") for one in sorted(top.rglob("*")) if one.is_file()]
    assert [one for one in files if one.name.startswith("secrets-")], "the memory is looked at too"
    assert [leak for one in files for leak in _leaks(one.name, one.read_bytes())] + _leaks(
        "printed", said.encode()
    ) == []


def test_F096_no_page_or_index_holds_one(collected: tuple[Path, str]) -> None:
    root, _ = collected
    done = build(root)
    assert done.returncode == 0, done.stderr
    written = [one for one in sorted((root / "build").rglob("*")) if one.is_file()]
    page = next(one for one in written if one.as_posix().endswith("reports/cto/index.html"))
    assert b"stripe_live_secret" in page.read_bytes()
    found = [leak for one in written for leak in _leaks(str(one.relative_to(root)), one.read_bytes())]
    assert found + _leaks("printed", f"{done.stdout}{done.stderr}".encode()) == []
