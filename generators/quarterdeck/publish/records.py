"""What a version leaves in the store for later ones: its record, with the day on which each page changed last."""

from collections.abc import Mapping
from datetime import date

from quarterdeck.history import record
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.history import Earlier, PastPage, encode_record
from quarterdeck.parse.history import parse_history


def record_bytes(
    briefing: Briefing, version: str, committed_at: int, pages: Mapping[str, str], before: Earlier | None
) -> bytes:
    """The record of a version that is published.

    Args:
        briefing: The whole of it, not that of an audience.
        version: Its name.
        committed_at: Unix time of its commit.
        pages: `<audience>/<page>` -> hash of its content, in hexadecimal.
        before: The version before, as `newest_record` finds it; of pages that it had alike, the day of the last
            change stays.
    """
    known = {(one.path, one.content): one.changed_on for one in before.pages} if before else {}
    changed = (
        PastPage(path, known.get((path, content), briefing.as_of), content) for path, content in pages.items()
    )
    return encode_record(record(briefing, version, committed_at=committed_at, pages=changed))


def newest_record(files: Mapping[str, bytes], as_of: date) -> Earlier | None:
    """The newest version up to a day that readers were given.

    Args:
        files: Path -> bytes of records, as they stand in `evidence/history/`; what is none does not count.
        as_of: The day of the version that is to come.
    """
    records, _ = parse_history(files)
    published = (one for one in records if not one.is_backfill and one.as_of <= as_of)
    return max(published, key=lambda one: one.order, default=None)
