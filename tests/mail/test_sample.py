"""The sample, built, published and mailed by the very commands: its outbox has a mail for each reader."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quarterdeck.commands import notify, publish
from quarterdeck.settings import load_settings
from tests.mail.digests import assert_sound
from tests.mail.fleet import outcomes, without_pictures
from tests.mail.posts import InOutbox
from tests.sites import environ_of, sample_by

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
READERS = ["ana", "lee", "pat", "sam"]


def test_the_sample_mails_its_readers_by_the_outbox(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_pictures(monkeypatch)
    root = tmp_path / "p"
    shutil.copytree(sample_by(tmp_path_factory, "mkdocs"), root, copy_function=os.link)
    with (root / ".git/info/exclude").open("a") as ignored:
        ignored.write("/published/\n")
    environ = environ_of(root, XDG_CACHE_HOME=str(tmp_path / "cache"))
    publish.run(root, environ, now=NOW)
    done = notify.run(root, environ, now=NOW)
    assert done.place == "the folder build/outbox"
    assert outcomes(done) == dict.fromkeys(READERS, "sent")
    assert outcomes(notify.run(root, environ, now=NOW)) == dict.fromkeys(READERS, "quiet")
    for one in InOutbox(root / "build/outbox", ()).arrived:
        assert_sound(one.data)
        assert "Subject: [SAMPLE] " in one.text
        assert "SAMPLE: every figure and person here is invented." in one.text
        for kept in load_settings(root, environ).mail.bcc:
            assert kept not in one.text
    assert (root / "build/outbox/index.html").read_text(encoding="utf-8").count("<iframe") == len(READERS)
