"""`quarterdeck doctor`: looks at all that a portfolio needs, and says for each what to do next."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from msgspec import structs

from quarterdeck.commands import machine, services
from quarterdeck.commands.formats import json_text
from quarterdeck.commands.progress import doing
from quarterdeck.model.errors import InputError, OutsideError, QuarterdeckError
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings, load_settings
from quarterdeck.start.sign import Patient, Sign, ok, unseen, wrong

_WRONG: Final = 1
_FAILED: Final = 3
_PARTLY: Final = 4


class _Look(NamedTuple):
    """One part of the examination."""

    subject: str
    """What to call it where it could not be looked at."""
    look: Callable[[Patient], Iterable[Sign]]
    needs_settings: bool = False
    asks: Callable[[Settings], object] = lambda _: False
    """Gives something true where a network is asked."""


LOOKS: Final = (
    _Look("git", machine.git),
    _Look("Python", machine.python, needs_settings=True),
    _Look("version", machine.lock),
    _Look("files", machine.files),
    _Look("fingerprint key", machine.key),
    _Look("programs", machine.programs),
    _Look("workflows", machine.drift),
    _Look("credentials", services.credentials, needs_settings=True, asks=services.has_account),
    _Look("mail", services.sender, needs_settings=True, asks=services.has_post),
    _Look("store", services.store, needs_settings=True, asks=services.has_bucket),
    _Look("private site", services.guards, needs_settings=True, asks=services.has_bucket),
    _Look("roles", services.roles, needs_settings=True, asks=services.has_stack),
)
"""All that is looked at, in the order in which it is told."""


class Diagnosis(msgspec.Struct, frozen=True):
    """What was found, in the order in which it was looked at."""

    signs: tuple[Sign, ...]

    def exit_code(self) -> int:
        """0 all well; 1 something is wrong; 3 a service failed where one was asked; 4 some did, others answered."""
        states = [one.state for one in self.signs]
        if "wrong" in states:
            return _WRONG
        if not any(one.is_failed for one in self.signs):
            return 0
        return _PARTLY if any(one.is_outside and one.state == "ok" for one in self.signs) else _FAILED

    def summary(self) -> str:
        """The whole in one sentence."""
        wrongs = sum(one.state == "wrong" for one in self.signs)
        unseens = sum(one.state == "not looked at" for one in self.signs)
        said = f"{counted(wrongs, 'thing')} to mend" if wrongs else "All is well"
        return f"{said}; {unseens} not looked at." if unseens else f"{said}."

    def as_json(self, code: int) -> str:
        """The same for programs."""
        content = {"schema": 1, "exit_code": code, "signs": msgspec.to_builtins(self.signs)}
        return json_text(content)


def examine(root: Path, environ: Mapping[str, str], *, is_offline: bool = False) -> Diagnosis:
    """Look at everything; nothing that fails keeps the rest from being looked at.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and for where programs are.
        is_offline: Ask no network; what needs one is not looked at.
    """
    signs: list[Sign] = []
    settings = _settings(root, environ, signs)
    patient = Patient(root, environ, settings or Settings())
    for look in LOOKS:
        is_outside = bool(look.asks(patient.settings))
        if settings is None and look.needs_settings:
            signs.append(unseen(look.subject, "portfolio.yml is to be mended first"))
        elif is_outside and is_offline:
            signs.append(unseen(look.subject, "--offline asks nobody"))
        else:
            doing(f"Looking at {look.subject}")
            signs += [structs.replace(one, is_outside=is_outside) for one in _looked(look, patient)]
    return Diagnosis(tuple(signs))


def _settings(root: Path, environ: Mapping[str, str], signs: list[Sign]) -> Settings | None:
    """The settings, and how they stand as the first signs; None where they are wrong."""
    try:
        settings = load_settings(root, environ)
    except InputError as error:
        signs.extend(
            wrong("settings", f"{one.path}:{one.line}: {one.what}", one.mend) for one in error.problems
        )
        return None
    except QuarterdeckError as error:
        signs.append(wrong("settings", str(error), "Mend portfolio.yml."))
        return None
    people = counted(len(settings.people), "person", "people")
    signs.append(ok("settings", f"portfolio.yml is sound: {settings.name}, {people}"))
    return settings


def _looked(look: _Look, patient: Patient) -> Iterator[Sign]:
    """What one part finds, up to where it fails."""
    try:
        yield from look.look(patient)
    except OutsideError as error:
        yield unseen(look.subject, str(error), is_failed=True)
    except QuarterdeckError as error:
        yield wrong(look.subject, str(error), "")
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        yield wrong(look.subject, f"a file cannot be read: {why}", "Mend its permissions.")
    except ModuleNotFoundError as error:
        mend = "Install it as the line on Python says."
        yield unseen(look.subject, f"{error.name} is not installed", mend)
