"""Who is asked to mend something: the owner of the business, else whoever owns the role."""

from collections.abc import Iterable

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.finding import Role

NOBODY = "nobody named"


def owner_of(briefing: Briefing, entity: str, roles: Iterable[Role]) -> str:
    """The name as printed, or that nobody is named; the empty entity has no owner of its own."""
    named = [briefing.entity(entity).owner] if entity else []
    named += [briefing.role_owners.get(role, "") for role in roles]
    return next((briefing.person(one) for one in named if one and isinstance(one, str)), NOBODY)
