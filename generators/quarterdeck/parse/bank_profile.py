"""Writes the profile of a bank into `portfolio.yml`, and leaves every other line of it as it is."""

import re

from quarterdeck.model.statement import Profile
from quarterdeck.text.entries import scalar, with_entry

_KEYS = (
    *("account", "date", "description", "amount", "debit", "credit", "side", "balance", "id", "memo"),
    *("currency", "status", "date_order", "decimal", "delimiter", "skip", "reversed", "encoding"),
)
_BARE = re.compile(r"[0-9]+|(?:Assets|Liabilities)(?::[A-Za-z0-9-]+)+")


def profile_lines(profile: Profile) -> list[str]:
    """The profile as lines of YAML, as they stand below `banks:`."""
    lines = [f"  {profile.name}:"]
    for key in _KEYS:
        value: object = getattr(profile, key)
        if value in {None, "", 0} and not isinstance(value, bool):
            continue
        word = ("yes" if value else "no") if isinstance(value, bool) else _scalar(str(value))
        lines.append(f"    {key}: {word}")
    return lines


def _scalar(text: str) -> str:
    return text if _BARE.fullmatch(text) else scalar(text)


def with_profile(text: str, profile: Profile) -> str | None:
    """The text of `portfolio.yml` with the profile in it; None where it cannot be put in safely."""
    lines = [line.removeprefix("  ") for line in profile_lines(profile)]
    return with_entry(text, "banks", profile.name, lines, heading="How the files of each bank are read.")
