"""Makes the mail of a digest: headers, a plain part that stands alone, the same as HTML, and one picture."""

import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from functools import cache
from hashlib import sha256
from typing import Final

import jinja2
import msgspec
from markupsafe import Markup, escape

from quarterdeck.mail.headers import Envelope, address, headed, header, message_id
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.mail import Digest, Link, Message, News
from quarterdeck.reports.components import joined
from quarterdeck.reports.words import MINUS, NBSP, counted, day, day_short

MOST_HTML: Final = 80 * 1024
"""Bytes of HTML; some programs cut a mail off behind a hundred thousand (F-160)."""
PICTURE: Final = "picture@quarterdeck"

_NEGATIVE: Final = re.compile(f"{MINUS}[^\\w\\s&]?[0-9][0-9,.]*")
_SIGNS: Final[Mapping[str, str]] = {
    "New": "+",
    "Back": "+",
    "Worse": "▲",
    "Better": "●",
    "Resolved": "✓",
    "Done": "✓",
}
_BY_TONE: Final[Mapping[str, str]] = {"bad": "▲", "good": "●", "": "○"}
JUDGED: Final[Mapping[str, str]] = {"bad": "worse", "good": "better", "": "moved"}


def message(digest: Digest, envelope: Envelope, picture_png: bytes | None) -> Message:
    """One finished mail; the same for the same digest, byte by byte.

    Args:
        digest: What it says.
        envelope: From whom it comes.
        picture_png: Its drawing as a picture; without it the mail has the words of the chart alone.

    Raises:
        UnsafeHeaderError: Text of a header holds a line break.
        UsageError: An address is none.
    """
    text, html = _fitting(digest, envelope, has_picture=picture_png is not None)
    to = address(digest.reader.name, digest.reader.address, "The recipient")
    subject = envelope.subject(digest.subject)
    content = "\0".join((str(to), subject, text, html)).encode() + (picture_png or b"")
    mark = sha256(content).hexdigest()[:16]
    known_as = message_id(digest.version, digest.reader, mark, envelope)
    mail = headed(envelope, to, subject, digest.as_of, known_as)
    for name, value in _ways_to_stop(envelope):
        mail[name] = value
    _fill(mail, text, html, picture_png, mark)
    return Message(digest.reader.person, digest.reader.address, known_as, mail.as_bytes())


def _fill(mail: EmailMessage, text: str, html: str, picture: bytes | None, mark: str) -> None:
    """The body: text or HTML, and the picture with the HTML; boundaries that no line of it can hold."""
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if picture:
        (_, page) = mail.iter_parts()
        page.add_related(
            picture, "image", "png", cid=f"<{PICTURE}>", disposition="inline", filename="picture.png"
        )
        page.set_boundary(f"=_related_{mark}")
    mail.set_boundary(f"=_mail_{mark}")


def _ways_to_stop(envelope: Envelope) -> Iterator[tuple[str, str]]:
    """Headers by which a mail program offers to stop the mails (F-171)."""
    ways = [header(envelope.stop_url, "The address to stop")] if envelope.stop_url else []
    if envelope.stop_mailto:
        address("", envelope.stop_mailto, "The address to stop")
        ways.append(f"mailto:{envelope.stop_mailto}?subject=stop")
    if ways:
        yield "List-Unsubscribe", ", ".join(f"<{one}>" for one in ways)
    if envelope.stop_url:
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


# ── what stands in it ────────────────────────────────────────────────────────────────────────────────────────


def _fitting(digest: Digest, envelope: Envelope, *, has_picture: bool) -> tuple[str, str]:
    """Text and HTML; where people wrote very long, each report tells less and counts more."""
    whole = _rendered(digest, envelope, has_picture=has_picture)
    for most in (2, 1, 0):
        if len(whole[1].encode()) <= MOST_HTML:
            break
        whole = _rendered(_with_fewer(digest, most), envelope, has_picture=has_picture)
    return whole


def _rendered(digest: Digest, envelope: Envelope, *, has_picture: bool) -> tuple[str, str]:
    context = _context(digest, envelope, has_picture=has_picture)
    html = _environment().get_template("digest.html.j2").render(context)
    text = _environment().get_template("digest.txt.j2").render(context)
    return _tidy(text), _inlined(html)


def _with_fewer(digest: Digest, most: int) -> Digest:
    reports = tuple(
        msgspec.structs.replace(one, news=one.news[:most], more=one.more + len(one.news[most:]))
        for one in digest.reports
    )
    return msgspec.structs.replace(digest, reports=reports)


def _context(digest: Digest, envelope: Envelope, *, has_picture: bool) -> dict[str, object]:
    links = dict.fromkeys(one.path for one in _links(digest))
    return {
        "digest": digest,
        "envelope": envelope,
        "picture": f"cid:{PICTURE}" if has_picture else "",
        "marks": {path: number for number, path in enumerate(links, start=1)},
        "scope": _scope(digest),
        "welcome": _welcome(digest),
        "roles": joined([ROLE_TITLES[one] for one in digest.reader.roles]),
        "judged": JUDGED,
        "sign": _sign,
        "counted": counted,
    }


def _links(digest: Digest) -> Iterator[Link]:
    """Every place that a mail links, in the order in which it is read."""
    yield from (one.link for one in digest.moved)
    for report in digest.reports:
        yield from (one.link for one in report.news)
        yield report.link


def _scope(digest: Digest) -> str:
    """Print `For Pat, CEO and CFO · 16 to 23 Nov 2026 · 17 changes`."""
    roles = joined([ROLE_TITLES[one] for one in digest.reader.roles])
    parts = [f"For {digest.reader.name}, {roles}", _days(digest)]
    if digest.since is not None:
        parts.append(counted(digest.count, "change"))
    elif not digest.since_version:
        parts.append("your first mail")
    return " · ".join(parts)


def _welcome(digest: Digest) -> str:
    """Why a mail says how things stand, and not what changed."""
    why = f"This is your first mail from {digest.portfolio}."
    if digest.since_version:
        why = f"Your last mail told of version {digest.since_version}, which cannot be compared with what you see now."
    return f"{why} This one says what stands worst; the next one tells what changed."


def _days(digest: Digest) -> str:
    since, until = digest.since, digest.as_of
    if since is None or since == until:
        return day(until)
    if since.year != until.year:
        return f"{day(since)} to {day(until)}"
    short = str(since.day) if since.month == until.month else day_short(since)
    return f"{short} to {day(until)}"


def _sign(news: News) -> str:
    """The shape before a badge; the word beside it says the same."""
    first = re.match(r"\w*", news.badge)
    return _SIGNS.get(first[0] if first and news.tone else "", _BY_TONE[news.tone])


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quarterdeck.mail", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["firm"] = _firm
    return environment


def _firm(text: str) -> Markup:
    """Text as HTML in which no line ends between a minus and its number."""
    return Markup(_NEGATIVE.sub(r'<span class="firm">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped here


def _inlined(html: str) -> str:
    """The same with every rule at its element, as mail programs want it; those of dark and narrow screens stay."""
    import css_inline  # noqa: PLC0415 - of the extra for mail

    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=False, load_remote_stylesheets=False)
    return inliner.inline(html)


def _tidy(text: str) -> str:
    """Plain text with plain spaces, no spaces at line ends and no two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.replace(NBSP, " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
