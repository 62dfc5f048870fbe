"""The infrastructure of a private site: its template, and whether it still stands as the template says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from quarterdeck.commands.formats import json_text
from quarterdeck.publish.infrastructure import mail_template_text, template_text
from quarterdeck.publish.preflight import Deviation, deviations, unseen
from quarterdeck.reports.words import counted
from quarterdeck.settings import load_settings

_PARTLY: Final = 4


def template() -> str:
    """The template for CloudFormation, complete."""
    return template_text()


def mail_template() -> str:
    """The template for what becomes of mail, as it stands."""
    return mail_template_text()


class Checked(msgspec.Struct, frozen=True):
    """What a check found."""

    deviations: tuple[Deviation, ...]
    unseen: tuple[str, ...]
    """What was not looked at, and why."""

    def exit_code(self) -> int:
        """1 where something is to mend, 4 where a part alone was looked at, else 0."""
        return 1 if self.deviations else _PARTLY if self.unseen else 0

    def as_json(self) -> str:
        """The result for programs."""
        content = {"schema": 1, "exit_code": self.exit_code(), **msgspec.to_builtins(self)}
        return json_text(content)

    def lines(self) -> Iterator[str]:
        """One for each thing to mend."""
        return map(str, self.deviations)

    def summary(self) -> str:
        """The result in one sentence, after a line for each thing that nobody looked at."""
        return "\n".join((*self.unseen, self._verdict()))

    def _verdict(self) -> str:
        if self.deviations:
            return f"{counted(len(self.deviations), 'thing')} to mend before anything private is published."
        if self.unseen:
            return "All else stands as the template says. Paste the output Settings of the stack, then check again."
        return "Everything stands as the template says."


def check(root: Path, environ: Mapping[str, str]) -> Checked:
    """All that is not as the template says.

    Raises:
        InputError: The settings are wrong.
        UsageError: They name no bucket, or not whose it is.
        OutsideError: AWS cannot be asked.
    """
    settings = load_settings(root, environ)
    return Checked(deviations(settings, root, environ), unseen(settings.publishing))
