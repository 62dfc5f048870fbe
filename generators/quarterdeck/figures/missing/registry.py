"""The registry of missing data: every field that somebody could add."""

from quarterdeck.figures.missing.books import BOOKS
from quarterdeck.figures.missing.field import MissingField
from quarterdeck.figures.missing.front import FRONT
from quarterdeck.figures.missing.holdings import HOLDINGS
from quarterdeck.figures.missing.outside import OUTSIDE
from quarterdeck.figures.missing.rental import RENTAL
from quarterdeck.figures.missing.selling import SELLING
from quarterdeck.figures.missing.services import SERVICES
from quarterdeck.figures.missing.tasks import TASKS

FIELDS: tuple[MissingField, ...] = FRONT + OUTSIDE + SELLING + HOLDINGS + BOOKS + SERVICES + RENTAL + TASKS
"""Every entry of the registry."""
FIELD_BY_KEY = {one.key: one for one in FIELDS}
