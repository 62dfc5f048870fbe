"""Words about a repository that several checks share."""

from quarterdeck.checks.resources import is_on_path
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Names
from quarterdeck.model.repositories import Repository

_FEW = 3


def is_live(one: Repository) -> bool:
    """Whether customers use what it holds; where nobody knows, it counts as one that they use."""
    return one.is_production is True or (one.is_production is not False and one.deploy_method is not None)


def is_on_payment_path(one: Repository, facts: Facts) -> bool:
    """Whether booking or payment goes through it, as the settings or its name say."""
    return is_on_path(one.name, one.entity, facts)


def some(names: Names) -> str:
    """The first few of several names: `a, b, c and 4 more`."""
    known = names if isinstance(names, tuple) else ()
    more = len(known) - _FEW
    return f"{', '.join(known[:_FEW])}{f' and {more} more' if more > 0 else ''}"
