"""The infrastructure of a private site: its template, and whether it still stands as the template says."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from quarterdeck.publish.infrastructure import mail_template_text, template_text
from quarterdeck.publish.preflight import Deviation, deviations
from quarterdeck.reports.words import counted
from quarterdeck.settings import load_settings


def template() -> str:
    """The template for CloudFormation, complete."""
    return template_text()


def mail_template() -> str:
    """The template for what becomes of mail, as it stands."""
    return mail_template_text()


def check(root: Path, environ: Mapping[str, str]) -> tuple[Deviation, ...]:
    """All that is not as the template says.

    Raises:
        InputError: The settings are wrong.
        UsageError: They name no bucket, or not whose it is.
        OutsideError: AWS cannot be asked.
    """
    return deviations(load_settings(root, environ), root, environ)


def as_json(found: tuple[Deviation, ...], code: int) -> str:
    """The result for programs."""
    content = {"schema": 1, "exit_code": code, "deviations": msgspec.to_builtins(found)}
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2).decode() + "\n"


def summary(found: tuple[Deviation, ...]) -> str:
    """The result in one sentence."""
    if not found:
        return "Everything stands as the template says."
    return f"{counted(len(found), 'thing')} to mend before anything private is published."
