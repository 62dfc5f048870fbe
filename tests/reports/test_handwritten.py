"""Who reads the hand-written pages: `roles:` and `entities:` in their front matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import InputError
from quarterdeck.model.finding import ROLES, Role
from quarterdeck.reports.handwritten import handwritten, lost_entities, read_docs
from tests.figures.builders import AS_OF, an_entity

if TYPE_CHECKING:
    from pathlib import Path


def seen_by(roles: tuple[Role, ...] = ROLES, *entities: str) -> Briefing:
    """What an audience of these roles sees, of these businesses."""
    shown = tuple(an_entity(one) for one in entities)
    return Briefing(name="Fleet", as_of=AS_OF, currency="USD", timezone="UTC", roles=roles, entities=shown)


def docs(root: Path, **pages: str) -> Path:
    for name, text in pages.items():
        (root / f"{name}.md").write_text(text, encoding="utf-8")
    return root


def page(*keys: str) -> str:
    return "---\n" + "".join(f"{one}\n" for one in keys) + "---\n# Ours\n\nRoles: many.\n"


CREW = seen_by(("cmo", "cto"), "boat")
OWNERS = seen_by(ROLES, "boat", "house")


@pytest.mark.parametrize(
    ("case", "text", "readers"),
    [
        ("says nothing", page("order: 1"), ["crew", "owners"]),
        ("has no front matter", "# Ours\n\nroles: all\n", ["crew", "owners"]),
        ("of a role that both read", page("roles: cto"), ["crew", "owners"]),
        ("of several, one is enough", page("roles: [cfo, cmo]"), ["crew", "owners"]),
        ("of a role that one has", page("order: 2", "roles: ceo, cfo"), ["owners"]),
        ("of a business that both see", page("entities: boat"), ["crew", "owners"]),
        ("of two, both are needed", page("entities: boat, house"), ["owners"]),
        ("of a role and a business", page("roles: cmo", "entities: [house]"), ["owners"]),
        ("of a business that is not there", page("entities: boot"), []),
        ("after a comment that looks like a title", page("a: 1", "# A title", "roles: cfo"), ["owners"]),
    ],
)
def test_who_reads_a_page(tmp_path: Path, case: str, text: str, readers: list[str]) -> None:
    folder = docs(tmp_path, ours=text)
    audiences = {"crew": CREW, "owners": OWNERS}
    assert [name for name, one in audiences.items() if handwritten(folder, one)] == readers, case


@pytest.mark.parametrize(
    ("case", "text", "told"),
    [
        ("a slip of the pen", page("role: cfo"), "does not say plainly who reads it: role: cfo"),
        ("another word", page("audience: owners"), "does not say plainly who reads it: audience: owners"),
        ("another case", page("Roles: cfo"), "does not say plainly who reads it: Roles: cfo"),
        ("a list in lines", page("roles:", "  - cfo"), "does not say plainly who reads it: roles:"),
        ("half a list", page("roles: [cfo"), "does not say plainly who reads it: roles: [cfo"),
        ("nobody", page("roles: []"), "does not say plainly who reads it: roles: []"),
        ("twice", page("roles: cfo", "roles: cmo"), "does not say plainly who reads it: roles: cmo"),
        ("in braces", "---\n{order: 1, roles: cfo}\n---\n# Ours\n", "does not say plainly who reads it"),
        ("never closed", "---\nroles: cfo\n# Ours\n", "does not say plainly who reads it: roles: cfo"),
        ("after an empty line", "---\n\n# a\nroles: cfo\n---\n# Ours\n", "does not say plainly who reads it"),
        ("no role", page("roles: cfo, owner"), "names owner, which is no role"),
    ],
)
def test_a_page_that_does_not_say_plainly_who_reads_it_is_shown_to_nobody(
    tmp_path: Path, case: str, text: str, told: str
) -> None:
    with pytest.raises(InputError) as refused:
        handwritten(docs(tmp_path, ours=text), OWNERS)
    (problem,) = refused.value.problems
    assert problem.what.startswith(told), case
    assert problem.refused


@pytest.mark.parametrize(
    ("case", "open_page", "pictures"),
    [
        ("of the page kept back", "# Open\n", ["plain.svg"]),
        ("of both", "# Open\n\n![p](plan.svg)\n", ["plain.svg", "plan.svg"]),
    ],
)
def test_pictures_go_where_a_page_shows_them(
    tmp_path: Path, case: str, open_page: str, pictures: list[str]
) -> None:
    folder = docs(tmp_path, a=open_page, b=page("roles: cfo") + "![p](plan.svg)\n")
    for name in ("plain", "plan"):
        (folder / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    (shown,) = handwritten(folder, CREW)
    assert [one.path for one in shown.downloads] == pictures, case
    assert [one.path for one in handwritten(folder, OWNERS)[0].downloads] == ["plain.svg", "plan.svg"]


def test_a_business_that_no_handoff_describes_is_told(tmp_path: Path) -> None:
    found = read_docs(docs(tmp_path, ours=page("entities: boat, boot")))
    (problem,) = lost_entities(found, ["boat", "house"])
    assert (problem.path, "boot" in problem.what) == ("docs/ours.md", True)
