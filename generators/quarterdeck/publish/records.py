"""What a version leaves in the store for later ones: its record, with the day on which each page changed last."""

from collections.abc import Mapping

from quarterdeck.history import record
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.history import Earlier, PastPage, encode_record


def record_bytes(
    briefing: Briefing, version: str, committed_at: int, pages: Mapping[str, str], before: Earlier | None
) -> bytes:
    """The record of a version that is published.

    Args:
        briefing: The whole of it, not that of an audience.
        version: Its name.
        committed_at: Unix time of its commit.
        pages: `<audience>/<page>` -> hash of its content, in hexadecimal.
        before: The newest version before; of pages that it had alike, the day of the last change stays.
    """
    known = {(one.path, one.content): one.changed_on for one in before.pages} if before else {}
    changed = (
        PastPage(path, known.get((path, content), briefing.as_of), content) for path, content in pages.items()
    )
    return encode_record(record(briefing, version, committed_at=committed_at, pages=changed))
