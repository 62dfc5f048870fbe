"""Checks of how a page can be read: by people, on phones, by programs that read aloud."""

import re
from itertools import pairwise

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import SHOP, Pages, at, for_purposes, needs_all, pages_of, written_pages_of
from quarterdeck.model.check import Fail, Pass, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck

_FIXED = re.compile(r"(?:^|[\s,;])width\s*=\s*\d")
_NO_ZOOM = re.compile(r"user-scalable\s*=\s*(?:no|0)\b|maximum-scale\s*=\s*(?:0|1)(?:\.0*)?(?![.\d])")
_MANY_PERCENT = 30
_HUNDRED = 100


@check("WEB-16", of=SiteCheck, severity=Severity.MEDIUM, roles=("cmo",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass, Fail)
def title_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages without a title of their own.

    What it checks: titles that are absent, those that a tool puts there, and one that all pages share.
    Why it matters: the title is the line that people click in a search.
    How to mend: give each page a title that says what it offers, and where.
    Known limits: how good a title is, is not judged.
    Source: Google Search Central, title links.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if bare := tuple(one for one in pages if one[1].title is None):
        return Fail(f"Pages of {site.site} have no title: {at(bare)}.")
    if default := tuple(one for one in pages if one[1].is_default_title):
        return Fail(
            f"Pages of {site.site} are called “{default[0][1].title}”, as a tool does: {at(default)}."
        )
    titles = {says.title for _, says in pages}
    if len(pages) > 1 and len(titles) == 1:
        return Fail(f"All {len(pages)} pages of {site.site} have the same title, “{pages[0][1].title}”.")
    return Pass()


@check("WEB-17", of=SiteCheck, severity=Severity.LOW, roles=("cmo",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass)
def description_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages that say nothing for the lines under their title in a search.

    What it checks: the description of the home page and of those with prices or booking.
    Why it matters: search engines pick some sentence themselves, often the one about cookies.
    How to mend: write two sentences for each page: what, where, from which price.
    Known limits: search engines may still choose other words.
    Source: Google Search Central, snippets.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    bare = tuple(one for one in for_purposes(pages, SHOP) if one[1].description is None)
    return Fail(f"Pages of {site.site} have no description: {at(bare)}.") if bare else Pass()


@check(
    "WEB-18",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="XS",
    reads=("SitePage.says",),
)
@needs_all(Pass)
def not_for_phones(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages that phones show tiny, or that nobody can enlarge.

    What it checks: the viewport of each page: absent, of a fixed width, or with zooming forbidden.
    Why it matters: more than half of all visitors hold a phone.
    How to mend: write `width=device-width, initial-scale=1`, and nothing that forbids to zoom.
    Known limits: how the page looks is not seen.
    Source: MDN, viewport meta tag.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    tiny = tuple(one for one in pages if one[1].viewport is None or _FIXED.search(one[1].viewport.casefold()))
    if tiny:
        return Fail(f"Pages of {site.site} are not made for phones: {at(tiny)}.")
    stiff = tuple(one for one in pages if _NO_ZOOM.search((one[1].viewport or "").casefold()))
    if stiff:
        return Fail(f"Nobody can enlarge pages of {site.site} on a phone: {at(stiff)}.", Severity.LOW)
    return Pass()


@check("WEB-19", of=SiteCheck, severity=Severity.LOW, roles=("cmo",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass)
def language_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages that do not say in which language they are.

    What it checks: `lang` of each page.
    Why it matters: programs that read aloud read Spanish with English sounds, and browsers offer to translate.
    How to mend: write `<html lang="en">`, or the language that it is.
    Known limits: whether it is the right language is not looked at.
    Source: WCAG 2.2, 3.1.1 language of page.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    bare = tuple(one for one in pages if one[1].language is None)
    return Fail(f"Pages of {site.site} do not say their language: {at(bare)}.") if bare else Pass()


@check(
    "WEB-20", of=SiteCheck, severity=Severity.LOW, roles=("cmo", "cto"), mend="S", reads=("SitePage.says",)
)
@needs_all(Pass)
def images_without_text(site: SiteCheck, facts: Facts) -> Verdict:
    """Pictures that say nothing to whoever cannot see them.

    What it checks: pictures without any `alt`; an empty one is a choice, and passes.
    Why it matters: people who cannot see, and search engines, know of a picture what its text says.
    How to mend: write for each picture what it shows, in one short line.
    Known limits: pictures that styles or scripts bring are not seen.
    Source: WCAG 2.2, 1.1.1 non-text content.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    bare, count = sum(says.bare_images for _, says in pages), sum(says.images for _, says in pages)
    if not bare:
        return Pass()
    severity = Severity.MEDIUM if bare * _HUNDRED > count * _MANY_PERCENT else None
    return Fail(f"{bare} of {count} pictures at {site.site} have no text.", severity)


@check(
    "WEB-21", of=SiteCheck, severity=Severity.MEDIUM, roles=("cmo", "cto"), mend="S", reads=("SitePage.says",)
)
@needs_all(Pass)
def fields_without_label(site: SiteCheck, facts: Facts) -> Verdict:
    """Fields of forms that do not say what to write there.

    What it checks: fields without label, and without a name for programs that read aloud.
    Why it matters: whoever cannot see the form cannot book; whoever taps beside a field does not reach it.
    How to mend: give each field a label that names it.
    Known limits: a text inside the field goes away as one types, and does not count.
    Source: WCAG 2.2, 3.3.2 labels or instructions.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    bare, count = sum(says.bare_fields for _, says in pages), sum(says.fields for _, says in pages)
    return Fail(f"{bare} of {count} fields at {site.site} have no label.") if bare else Pass()


@check(
    "WEB-22", of=SiteCheck, severity=Severity.LOW, roles=("cmo", "cto"), mend="S", reads=("SitePage.says",)
)
@needs_all(Pass)
def headings_skip(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages without order in their headings, or with links that have no words.

    What it checks: a first heading on the home page and no level left out; words on every link and button.
    Why it matters: people who hear a page jump from heading to heading, and links without words say “link”.
    How to mend: begin with one first heading, go down level by level, and name every link.
    Known limits: text that only looks like a heading is not seen.
    Source: WCAG 2.2, 1.3.1 info and relationships, 2.4.4 link purpose.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    faults = [*_unordered(pages)]
    if nameless := tuple(one for one in pages if one[1].nameless):
        count = sum(says.nameless for _, says in nameless)
        words = "1 link or button has" if count == 1 else f"{count} links or buttons have"
        faults.append(f"{words} no words ({at(nameless)})")
    return Fail(f"{site.site}: {' and '.join(faults)}.") if faults else Pass()


def _unordered(pages: Pages) -> list[str]:
    faults = []
    for _, says in for_purposes(pages, {"home"}):
        if 1 not in says.levels:
            faults.append("the home page has no first heading")
        if skipped := next((pair for pair in pairwise(says.levels) if pair[1] - pair[0] > 1), None):
            faults.append(f"its headings go from level {skipped[0]} to {skipped[1]}")
    return faults
