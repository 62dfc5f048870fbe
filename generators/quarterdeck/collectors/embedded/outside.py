"""Plays what is outside: the names and the sites of the sample estate."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from quarterdeck.collectors.embedded.names import Names, name_server, sample_names
from quarterdeck.collectors.embedded.sites import Sites, sample_sites, web_servers
from quarterdeck.collectors.scope import Played


@contextmanager
def outside(as_of: datetime, *, names: Names | None = None, sites: Sites | None = None) -> Iterator[Played]:
    """Play names and sites on free ports of this machine while the block lasts; those of the sample by default.

    Args:
        as_of: The moment that certificates are reckoned from.
        names: What the name server answers.
        sites: What the sites answer.
    """
    with (
        name_server(names or sample_names()) as port,
        web_servers(sites or sample_sites(), as_of) as (ports, authorities),
    ):
        yield Played(port, ports, authorities)
