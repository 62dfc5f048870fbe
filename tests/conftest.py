"""What every test runs under: a fixed environment, no network but loopback, and the programs some need."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from quarterdeck.charts.render import svg
from quarterdeck.portfolio import json_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser

    from quarterdeck.model.errors import Problem

    Address = tuple[Any, ...] | str | bytes

HERE = Path(__file__).resolve().parents[1]
REQUIRE_BROWSER = "QUARTERDECK_REQUIRE_BROWSER"
REQUIRE_NODE = "QUARTERDECK_REQUIRE_NODE"

FROM_OUTSIDE = ("AWS_", "CI", "GIT_", "GITHUB_", "QUARTERDECK_", "SOURCE_DATE_EPOCH", "XDG_")
"""Beginnings of the variables that change what the tool does; none of the caller's reaches a test."""

FIXED = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Test Author",
    "GIT_AUTHOR_EMAIL": "author@test.example",
    "GIT_COMMITTER_NAME": "Test Author",
    "GIT_COMMITTER_EMAIL": "author@test.example",
    "LC_ALL": "C.UTF-8",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # more than a thousand images with their disks, which no test looks at
    "TZ": "UTC",
}

UNUSED_FEATURES = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)
"""Parts of the window of Chromium that every context starts anew, which takes most of its time."""

OFF_IN_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""What Playwright itself switches off: Chromium heeds only the last list that it is given."""

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF_IN_PLAYWRIGHT + UNUSED_FEATURES)}",
)

# A slow machine must not fail a property that holds.
hypothesis.settings.register_profile("quarterdeck", deadline=None)
hypothesis.settings.load_profile("quarterdeck")


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage: thousands of tests make each a long one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session", autouse=True)
def fixed_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the run an empty home, UTC, dummy credentials, and nothing of the caller's settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in {REQUIRE_BROWSER, REQUIRE_NODE}:
                continue
            if name.startswith(FROM_OUTSIDE) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        for name, value in FIXED.items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Fail the test that connects or sends to any other machine, even where the code would forgive an error."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_sendto = socket.socket.sendto

    def connect(sock: socket.socket, address: Address) -> None:
        _refuse_outside(address)
        real_connect(sock, address)

    def connect_ex(sock: socket.socket, address: Address) -> int:
        _refuse_outside(address)
        return real_connect_ex(sock, address)

    def sendto(sock: socket.socket, data: bytes, *where: Any) -> int:  # noqa: ANN401 - flags may stand before it
        _refuse_outside(where[-1])
        return real_sendto(sock, data, *where)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "sendto", sendto)
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_collected_here() -> Iterator[None]:
    """Leave out what a demo collected into this checkout: the sample is tested as it stands in git."""

    def read(root: Path, folders: Iterable[str]) -> tuple[dict[str, bytes], list[Problem]]:
        return ({}, []) if root.resolve() == HERE else json_files(root, folders)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quarterdeck.reading.json_files", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def services_described_once() -> Iterator[None]:
    """Keep the large descriptions of AWS services, which a run drops to save memory: tests make hundreds of clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quarterdeck.collectors.aws.asking._Shared", dict)
        yield


@pytest.fixture(scope="session", autouse=True)
def charts_drawn_once() -> Iterator[None]:
    """Remember each picture: hundreds of portfolios built in this process have the same few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quarterdeck.charts.render.svg", cache(svg))
        yield


def _refuse_outside(address: Address) -> None:
    if not isinstance(address, tuple) or address[0] == "localhost":  # no tuple: the path of a Unix socket
        return
    try:
        inside = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:  # a name
        inside = False
    if not inside:
        pytest.fail(f"a test tried to connect to {address!r}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's own Chromium once per worker; open a fresh context for each test."""
    program = _program("chromium", required_by=REQUIRE_BROWSER)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - 0.3 s that most runs need not pay

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def node() -> str:
    """Path of the Node.js program."""
    return _program("node", required_by=REQUIRE_NODE)


def _program(name: str, *, required_by: str) -> str:
    """Find a program; without it, fail where the variable required_by is set, else skip."""
    path = shutil.which(name)
    if path is None and os.environ.get(required_by):
        pytest.fail(f"{name} is not installed, and {required_by} is set", pytrace=False)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path
