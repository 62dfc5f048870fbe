"""Says what is wrong in `portfolio.yml`, in words for the person who wrote it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quarterdeck.model.finding import ROLES
from quarterdeck.settings_file import PORTFOLIO_FILE, Data, Place, SettingsFile, Where, shown
from quarterdeck.settings_types import EXPECTED
from quarterdeck.text.nearest import nearest

SOURCE_FOLDERS = frozenset(
    {"data", "docs", "evidence", "generators", "handoffs", "infra", "ledger", "schemas", "scripts", "tests"}
)
"""Folders of a portfolio that no command may write over."""

_TYPES = {
    "model_type": "a map of keys and values",
    "dict_type": "a map of keys and values",
    "mapping_type": "a map of keys and values",
    "tuple_type": "a list: write it in brackets, such as [one, two], or one per line after a dash",
    "string_type": "text",
    "too_short": "five shares",
    "too_long": "five shares",
}
_QUOTED = re.compile(r"'([^']*)'")
_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


def check_version(file: SettingsFile, readable: int) -> bool:
    """List a file that is written for a later program; False where nothing else can be judged (F-040)."""
    written = file.data.get("schema")
    if not isinstance(written, str) or not re.fullmatch(r"[0-9]{1,9}", written) or int(written) <= readable:
        return True
    what = f"schema: {written} is newer than this program, which reads schema {readable}"
    mend = f"Upgrade Quarterdeck to a version that reads schema {written}."
    file.refuse(file.place(("schema",)), "newer-schema", what, mend)
    return False


def list_errors(file: SettingsFile, error: ValidationError, model: type[BaseModel]) -> None:
    """Turn each of pydantic's errors into a problem at its key or value."""
    for detail in error.errors(include_url=False, include_input=True):
        where = detail["loc"]
        if where in file.unset:
            continue
        key = _key(where)
        match detail["type"]:
            case "extra_forbidden":
                _unknown(file, where, file.key_place(where), _known_keys(model, where[:-1]))
            case "missing":
                mend = f"Add {where[-1]}: and its value."
                file.refuse(file.place(where), "missing-key", f"{key} is missing", mend)
            case "literal_error" | "enum":
                place = file.key_place(where[:-1]) if where[-1] == "[key]" else file.place(where)
                _unknown(file, where, place, _QUOTED.findall(str(detail.get("ctx", {}).get("expected", ""))))
            case _:
                _wrong_type(file, detail, key)


def _wrong_type(file: SettingsFile, detail: ErrorDetails, key: str) -> None:
    where = detail["loc"]
    is_key = bool(where) and where[-1] == "[key]"
    place = file.key_place(where[:-1]) if is_key else file.place(where)
    if detail["type"] == EXPECTED:
        expected = str(detail.get("ctx", {}).get("expected", ""))
    else:
        expected = _TYPES.get(detail["type"], detail["msg"])
    what = f"{key}: found {_found(detail['input'], place)}"
    file.refuse(place, "wrong-key" if is_key else "wrong-type", what, f"Expected {expected}.")


def _found(value: object, place: Place) -> str:
    """What stands there, as it was written: never what a variable holds."""
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return f'"{shown(place.written)}"' if place.written else "nothing"


def _unknown(file: SettingsFile, where: Where, place: Place, known: Collection[str]) -> None:
    """List a key or value that is none of the known words, with the one that it may have meant."""
    guess = nearest(place.written, known)
    hint = f'Did you mean "{guess}"? ' if guess else ""
    is_key = place == file.keys.get(where)
    code, word = ("unknown-key", "key") if is_key else ("unknown-word", "word")
    holder = "" if is_key and len(where) == 1 else f"{_key(where[:-1] if is_key else where)}: "
    mend = f"{hint}Known here: {', '.join(sorted(known))}."
    file.refuse(place, code, f'{holder}unknown {word} "{shown(place.written)}"', mend)


def _key(where: Where) -> str:
    """The keys on the way, for people: `accepted.until`."""
    keys = [part for part in where if isinstance(part, str) and part != "[key]"]
    return shown(".".join(keys)) or PORTFOLIO_FILE


def _known_keys(model: type[BaseModel], where: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the map at `where`."""
    parts = iter(where)
    for part in parts:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        field = fields.get(str(part))
        found = _model_in(field.annotation) if field else None
        if not found:
            return []
        model, is_nested = found
        if is_nested:
            next(parts, None)
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any, *, is_nested: bool = False) -> tuple[type[BaseModel], bool] | None:  # noqa: ANN401
    """The model in a type, and whether it stands in a list or map of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, is_nested
    origin = get_origin(annotation)
    inside = is_nested or (isinstance(origin, type) and issubclass(origin, (Mapping, tuple)))
    found = (_model_in(part, is_nested=inside) for part in get_args(annotation))
    return next(filter(None, found), None)


def check_names(file: SettingsFile, root: Path) -> None:
    """List people, audiences and entities that are named but not there; give people their one audience."""
    people = _map(file.data, "people")
    entities = set(_map(file.data, "entities")) | {path.stem for path in (root / "handoffs").glob("*.md")}
    _check_audiences(file, people)
    for where, name in _named_entities(file.data):
        _check_name(file, where, name, "entity", entities)
    for where, name in _named_people(file.data):
        _check_name(file, where, name, "person", people)


_HELP = {
    "entity": "Entities are files in handoffs/ or keys of entities:.",
    "person": "People are keys of people:.",
    "audience": "A person has exactly one; audiences are keys of audiences:.",
}
_WITHOUT = {"accepted": " Leave entity: out for a finding of the whole portfolio."}
"""Key of the settings -> what it means to name no entity there."""


def _check_name(file: SettingsFile, where: Where, name: Data, kind: str, known: Collection[str]) -> None:
    if not isinstance(name, str) or name in known:
        return
    guess = nearest(name, known)
    hint = f'Did you mean "{guess}"? ' if guess else ""
    what = f'{_key(where)}: no {kind} "{shown(file.place(where).written)}"'
    without = _WITHOUT.get(str(where[0]), "") if kind == "entity" else ""
    file.refuse(file.place(where), f"unknown-{kind}", what, f"{hint}{_HELP[kind]}{without}")


def _named_entities(data: dict[str, Data]) -> Iterator[tuple[Where, Data]]:
    """Every place that names an entity."""
    yield from _of_decisions(data, "entity")
    for account, value in _map(_map(data, "aws"), "accounts").items():
        if isinstance(value, dict) and "entity" in value:
            yield ("aws", "accounts", account, "entity"), value["entity"]
    for audience, value in _map(data, "audiences").items():
        entities = value.get("entities") if isinstance(value, dict) else None
        for number, entity in enumerate(entities if isinstance(entities, list) else ()):
            yield ("audiences", audience, "entities", number), entity


def _named_people(data: dict[str, Data]) -> Iterator[tuple[Where, Data]]:
    """Every place that names a person."""
    yield from _of_decisions(data, "owner")
    for role, person in _map(data, "role_owners").items():
        yield ("role_owners", role), person


def _of_decisions(data: dict[str, Data], key: str) -> Iterator[tuple[Where, Data]]:
    for name in ("accepted", "severity_overrides"):
        items = data.get(name)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and key in item:
                yield (name, number, key), item[key]


def _check_audiences(file: SettingsFile, people: Mapping[str, Data]) -> None:
    audiences = _map(file.data, "audiences") or {"all": {}}
    for name, person in people.items():
        if not isinstance(person, dict):
            continue
        where: Where = ("people", name, "audience")
        if "audience" not in person and len(audiences) == 1:
            person["audience"] = next(iter(audiences))
        elif "audience" not in person:
            what = f"people.{name}.audience is missing, and there are {len(audiences)} audiences"
            mend = f"Add audience: with one of {', '.join(sorted(audiences))}."
            file.refuse(file.place(where), "missing-key", what, mend)
        _check_name(file, where, person.get("audience"), "audience", audiences)
        _check_roles(file, name, person, audiences)


def _check_roles(
    file: SettingsFile, name: str, person: Mapping[str, Data], audiences: Mapping[str, Data]
) -> None:
    """A person's own reports must be among those that their audience may see."""
    audience = audiences.get(str(person.get("audience")))
    visible = audience.get("roles") if isinstance(audience, dict) else None
    roles = person.get("roles")
    if not isinstance(visible, list) or not isinstance(roles, list):
        return
    for number, role in enumerate(roles):
        if role in ROLES and role not in visible:
            what = f'people.{name}.roles: audience "{person["audience"]}" may not see the {role} report'
            mend = "Give the audience that role, or the person another audience."
            file.refuse(file.place(("people", name, "roles", number)), "hidden-role", what, mend)


def check_build_folder(file: SettingsFile, root: Path, home: str) -> None:
    """List an output folder that would write over sources, the home folder or things of others (F-038)."""
    written = file.data.get("build", "build")
    if not isinstance(written, str):
        return
    top, resolved = root.resolve(), (root / written.replace("\0", "")).resolve()
    why = ""
    if resolved == Path(resolved.anchor):
        why = "it is the top of the disk"
    elif home and resolved == Path(home).resolve():
        why = "it is your home folder"
    elif top not in {resolved, resolved.parent}:
        why = "it stands elsewhere than in the portfolio's folder"
    elif resolved == top or written.startswith(".") or written.casefold() in SOURCE_FOLDERS:
        why = "the portfolio's sources stand there"
    elif not _FOLDER.fullmatch(written):
        why = "it is no plain name of one folder"
    if why:
        what = f'build: "{shown(file.place(("build",)).written or written)}" cannot be the output folder'
        mend = "Name a folder of its own in the portfolio's folder, such as build."
        file.refuse(file.place(("build",)), "bad-folder", what, mend, why)


def check_published_folder(file: SettingsFile, root: Path, home: str) -> None:
    """List a folder of versions that would write over sources, over the build folder or over things of others."""
    written = _map(file.data, "publishing").get("folder")
    build = (root / str(file.data.get("build", "build")).replace("\0", "")).resolve()
    if written is None and build == root.resolve() / "published":
        written = "published"  # where versions go unless somebody says otherwise
    if not isinstance(written, str):
        return
    top, resolved = root.resolve(), (root / written.replace("\0", "")).resolve()
    why = ""
    if resolved in {Path(resolved.anchor), Path(home or "/").resolve()} or top.is_relative_to(resolved):
        why = "other things stand there"
    elif resolved.is_relative_to(build) or build.is_relative_to(resolved):
        why = "build clears its own folder"
    elif resolved.is_relative_to(top) and resolved.relative_to(top).parts[0] in SOURCE_FOLDERS | {".git"}:
        why = "the portfolio's sources stand there"
    if why:
        place = file.place(("publishing", "folder"))
        what = f'folder: "{shown(place.written or written)}" cannot hold what is published'
        file.refuse(place, "bad-folder", what, "Name a folder of its own, such as published.", why)


def _map(data: Mapping[str, Data], key: str) -> Mapping[str, Data]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
