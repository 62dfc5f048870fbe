"""What the pages of a site say together, whether they answer or stand in a repository."""

from collections.abc import Sequence
from typing import Any

from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import PageText


def in_sum(
    pages: Sequence[PageText], gap: NotCollected, missed: NotCollected | None = None
) -> dict[str, Any]:
    """The fields of a `SiteCheck` that its pages answer, the home page first.

    Where pages are drawn by a script, what they lack is not known: it may come with the script.

    Args:
        pages: What each page says.
        gap: What stands in every field where there is no page.
        missed: Why one of them could not be read; then what the others lack, or do right, may end with that one.
    """
    fields = ("analytics", "structured_data", "booking_link", "price_shown", "availability_shown")
    if not pages:
        return dict.fromkeys((*fields, "mixed_content", "viewport", "labels", "forms_to"), gap)
    drawn = NotCollected(gap.collector, gap.subject, "the page is drawn by a script", gap.entity)
    lacking: Any = drawn if any(one.is_drawn for one in pages) else missed

    def seen(is_there: bool) -> object:  # noqa: FBT001 - the value itself
        return is_there or (False if lacking is None else lacking)

    return {
        "analytics": next((one.analytics for one in pages if one.analytics), lacking),
        "booking_link": next((one.booking for one in pages if one.booking), lacking),
        "structured_data": seen(any(one.structured for one in pages)),
        "price_shown": seen(any(one.prices or one.fills_amount for one in pages)),
        "availability_shown": seen(any(one.shows_dates for one in pages)),
        "mixed_content": any(one.plain_parts or one.plain_images or one.plain_forms for one in pages)
        or missed
        or False,
        "viewport": (missed or True) if all(one.viewport for one in pages) else False,
        "labels": (missed or True) if not any(one.bare_fields or one.bare_images for one in pages) else False,
        "forms_to": tuple(sorted({form.host or form.to for one in pages for form in one.forms})),
    }
