"""The CMO page: where people can find and book us, what to switch on next, what mail can earn, what comes of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.formulas.pipeline import STALE_AFTER_DAYS
from quarterdeck.model.books import Kpi
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Gap
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.page import Page
from quarterdeck.model.sales import PREREQUISITES, Campaign, Channel, FunnelStep, Lead, Readiness
from quarterdeck.model.values import Blank, Ratio
from quarterdeck.model.web import DomainCheck
from quarterdeck.reports import cmo_by_mail, cmo_channels, cmo_charts, cmo_mail, cmo_visibility
from quarterdeck.reports.business_rows import business, figure_cell, share, thing
from quarterdeck.reports.cells import Lines, Tables, figure_or_unknown, gap_of, no_file, on, said, text
from quarterdeck.reports.components import ActionRow, Cell, Chart, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.words import age, counted, day, number, setting, value

_OPEN = ("lead", "qualified", "proposal", "verbal")
_TAKE_LIMIT = Decimal("0.15")
_TWO, _THREE = 2, 3
_SEASON = 90
_WINDOWS = (30, 60, 90)


class Pipeline(msgspec.Struct, frozen=True):
    """Section 7."""

    lines: Lines | None
    open: Figure
    weighted: Figure
    stale: int
    without_step: int
    won: int
    lost: int
    gaps: tuple[Gap, ...]


class Goal(msgspec.Struct, frozen=True):
    """One thing that should be true by a day."""

    metric: str
    target: str
    now: str
    is_met: bool | None = None
    """None where it is not known."""


class Window(msgspec.Struct, frozen=True):
    """One of 30, 60 and 90 days: goals and tasks."""

    days: int
    until: date
    goals: Table
    tasks: tuple[ActionRow, ...]
    more: int


class Reviews(msgspec.Struct, frozen=True):
    """Section 9."""

    table: Table | None
    waiting: int
    where: str
    ask: tuple[str, ...]
    """Businesses whose guests are not asked by themselves."""
    total: Figure
    rating: Figure


def page(site: Site) -> Page:
    """The CMO page over every business of this audience."""
    report = Report(
        site,
        role_path("cmo"),
        "CMO",
        "cmo",
        site.briefing.entities,
        "All businesses",
        role="cmo",
        description="Where people can find and book us, what to switch on next, and what the mailing list can earn.",
    )
    tables = Tables(report)
    first, dearest = cmo_channels.cheapest(report)
    visibility = cmo_visibility.visibility(report, tables)
    mail = cmo_mail.mail(report, tables)
    view = {
        "start": named(first_fields(report)),
        "first": first,
        "dearest": dearest,
        "visibility": visibility,
        "granted": _model_words(report),
        "mailings": counted(report.assumed.email_model.sends, "mailing"),
        "stop": _stop_words(report),
        "untouched": STALE_AFTER_DAYS,
        "next": cmo_channels.sequence(report, tables),
        "prerequisites": PREREQUISITES,
        "economics": cmo_channels.economics(report, tables),
        "by_mail": cmo_by_mail.by_mail(report, tables),
        "take_rate": figure_or_unknown(report, "take_rate", "", "Kept by channels, of sales", "ratio"),
        "mail": mail,
        "model": cmo_mail,
        "deliverability": cmo_mail.deliverability(report, tables, _audits()),
        "pipeline": _pipeline(report, tables),
        "windows": _windows(report, tables),
        "reviews": _reviews(report, tables),
        "unknown_cac": _unknown_cac(),
        "titles_of": site.titles,
        "as_number": _whole,
    }
    return report.page("cmo.md.j2", tables.downloads, charts=_charts(report, mail), **view)


def _charts(report: Report, mail: cmo_mail.Mail) -> dict[str, Chart | None]:
    """Every chart of the page; those of mail are of the first list."""
    add, first = report.charts.add, next(iter(mail.lists), None)
    return {
        "kept": add(cmo_charts.kept(report, cmo_channels.keeps(report))),
        "claim": add(cmo_charts.claimed(report, first)) if first else None,
        "ramp": add(cmo_charts.ramp(report, first)) if first else None,
        "pipeline": add(cmo_charts.pipeline(report.site.briefing, open_leads(report))),
    }


def _whole(figure: Figure) -> Decimal:
    return figure.value if isinstance(figure.value, Decimal) else Decimal(0)


def _audits() -> tuple[Gap, ...]:
    return (
        no_file(
            "Whether mail would arrive",
            "Sandbox, quota, SPF, DKIM, DMARC and the senders' own bounces are read from the mail service and DNS.",
            "Run the audit: quarterdeck collect ses dns.",
        ),
    )


def _unknown_cac() -> Gap:
    return no_file(
        "What a new customer costs and brings, by channel",
        "Bookings name a channel, but not whether the customer is new; spend stands for the year alone.",
        "Give returning customers the same id in Bookings, in the column Customer, and fill Spend TTM in Channels.",
    )


# --- pipeline -----------------------------------------------------------------------------------------------


def open_leads(report: Report) -> list[Lead]:
    """Leads that are neither won nor lost, in the order of their tables."""
    leads = report.of(Lead)
    return [one for one in leads if isinstance(one.stage, Blank) or one.stage in _OPEN]


def _pipeline(report: Report, tables: Tables) -> Pipeline:
    briefing = report.site.briefing
    leads = report.of(Lead)
    leads_ahead = open_leads(report)
    leads_ahead.sort(key=lambda one: (on(one.expected) or date.max, one.entity, text(one.lead)))
    gaps = (gap_of(report, one.entity, "pipeline") for one in report.entities)
    return Pipeline(
        lines=tables.lines(
            "pipeline", _LEAD_COLUMNS, leads_ahead, lambda one: _lead(report, one), lambda one: text(one.lead)
        ),
        open=figure_or_unknown(report, "pipeline_open", "", "Open leads"),
        weighted=figure_or_unknown(report, "pipeline_weighted", "", "Open leads, by chance"),
        stale=sum(_untouched(one, briefing.as_of) >= STALE_AFTER_DAYS for one in leads_ahead),
        without_step=sum(not text(one.next_step) for one in leads_ahead),
        won=sum(one.stage == "won" for one in leads),
        lost=sum(one.stage == "lost" for one in leads),
        gaps=tuple(gap for gap in gaps if gap is not None),
    )


_LEAD_COLUMNS = (
    Column("lead", "Lead"),
    Column("value", "Worth", is_number=True),
    Column("stage", "Stage"),
    Column("expected", "Expected"),
    Column("touch", "Last spoken"),
    Column("next", "Next step"),
)


def _model_words(report: Report) -> str:
    model = report.assumed.email_model
    return (
        f"{setting(model.bounce)} bounce at first, each mailing is clicked {setting(1 - model.decay)} less than the "
        f"one before, {setting(model.unsub)} unsubscribe"
    )


def _stop_words(report: Report) -> str:
    stop = report.assumed.send_stop
    return f"{setting(stop.bounce)} bounces or {setting(stop.complaint)} complaints"


def _untouched(one: Lead, as_of: date) -> int:
    return (as_of - one.last_touch).days if isinstance(one.last_touch, date) else 0


def _lead(report: Report, one: Lead) -> TableRow:
    days = _untouched(one, report.site.briefing.as_of)
    is_stale = days >= STALE_AFTER_DAYS
    as_of = report.site.briefing.as_of
    is_past = isinstance(one.expected, date) and one.expected < as_of
    return TableRow(
        (
            thing(report, one.lead, one.entity, said("through", one.channel)),
            Cell(one.value),
            Cell(one.stage, said("chance", share(one.probability)) or "chance not written"),
            Cell(one.expected, "the day is past" if is_past else "", "warn" if is_past else ""),
            Cell(one.last_touch, f"{age(days)} ago" if is_stale else "", "warn" if is_stale else ""),
            Cell(text(one.next_step) or "none written"),
        )
    )


# --- 30, 60, 90 days ----------------------------------------------------------------------------------------


def _windows(report: Report, tables: Tables) -> tuple[Window, ...]:
    as_of = report.site.briefing.as_of
    goals = {30: list(_goals_30(report)), 60: list(_goals_60(report)), 90: list(_goals_90(report))}
    actions = [one for one in report.to_do() if one.task and one.due]
    found = []
    start = date.min
    for days in _WINDOWS:
        until = as_of + timedelta(days=days)
        mine = [one for one in actions if one.due and start < one.due <= until]
        rows = tuple(report.row(rank, one) for rank, one in enumerate(mine, start=1))
        found.append(
            Window(days, until, tables.plain(f"goals-{days}", _goal_table(days, goals[days])), rows, 0)
        )
        start = until
    return tuple(found)


def _goal_table(days: int, goals: list[Goal]) -> Table:
    columns = (Column("metric", "What"), Column("target", "Target"), Column("now", "Now"))
    rows = []
    for goal in goals:
        words = "" if goal.is_met is None else "reached" if goal.is_met else "not yet"
        tone: Tone = "good" if goal.is_met else "warn" if goal.is_met is False else ""
        rows.append(TableRow((goal.metric, goal.target, Cell(goal.now, words, tone))))
    return Table(columns, tuple(rows), is_sortable=False, label=f"Goals of {days} days")


def _goals_30(report: Report) -> Iterator[Goal]:
    briefing = report.site.briefing
    tracking = [one for one in report.of(Readiness) if one.item == "tracking"]
    done = sum(one.state == "yes" for one in tracking)
    yield _share("bookings of each channel are tracked", done, len(tracking), "channels that say so")
    profiles = [one for one in report.of(Channel) if one.kind == "search"]
    claimed = sum(one.state in {"claimed", "complete", "bookable", "active"} for one in profiles)
    yield _share("every search profile is claimed", claimed, len(profiles), "profiles")
    for entity in report.entities:
        if isinstance(entity.list_unsourced, int):
            left = entity.list_unsourced
            yield Goal(
                f"the list of {entity.title} holds no address without a source", "0", number(left), left == 0
            )
    yield _dmarc(report)
    planned = [one for one in report.of(Campaign) if one.status == "planned"]
    soon = min((one.sent_on for one in planned if isinstance(one.sent_on, date)), default=None)
    since = briefing.as_of - timedelta(days=30)
    sent = [
        one
        for one in briefing.of(Campaign)
        if one.status == "sent" and isinstance(one.sent_on, date) and one.sent_on > since
    ]
    yield Goal(
        "a first mailing to 200 buyers",
        "sent",
        "sent" if sent else f"planned for {day(soon)}" if soon else "not planned",
        bool(sent),
    )


def _dmarc(report: Report) -> Goal:
    """How many of the domains that mail comes from have a policy, by the mail service, else by DNS."""
    evidence, metric = report.site.briefing.evidence, "DMARC on every sending domain"
    said = {one.domain: one.dmarc for one in evidence.of(DomainCheck) if one.entity in report.ids}
    said |= {
        one.name.rpartition("@")[2]: one.dmarc_policy
        for one in evidence.of(MailIdentity)
        if one.entity in report.ids and not isinstance(one.dmarc_policy, NotCollected)
    }
    known = [one for one in said.values() if not isinstance(one, NotCollected)]
    if len(known) < len(said) or not known:
        return Goal(metric, "all", "not known, DNS is not read")
    return _share(metric, sum(one is not None for one in known), len(known), "domains")


def _share(metric: str, done: int, whole: int, what: str) -> Goal:
    if not whole:
        return Goal(metric, "all", "not known, none is written down")
    return Goal(metric, "all", f"{done} of {whole} {what}", done == whole)


def _goals_60(report: Report) -> Iterator[Goal]:
    briefing = report.site.briefing
    live = {one.entity: 0 for one in report.of(Channel) if one.kind == "ota"}
    for one in briefing.of(Channel):
        if one.entity in live and one.kind == "ota" and one.state in {"bookable", "active"}:
            live[one.entity] += 1
    if live:
        words = ", ".join(f"{report.site.titles[entity]} {count}" for entity, count in live.items())
        is_met = all(count >= _TWO for count in live.values())
        yield Goal("two marketplaces take bookings", "2 each", words, is_met)
    sent = sum(
        one.status == "sent" and one.entity in report.ids and _is_recent(one, briefing.as_of)
        for one in briefing.of(Campaign)
    )
    yield Goal("mailings sent in 90 days", "3", number(sent), sent >= _THREE)
    steps = [one for one in report.of(FunnelStep) if one.step == "review-ask"]
    works = sum(one.state == "works" for one in steps)
    yield _share("guests are asked for a review by themselves", works, len(steps), "businesses")


def _is_recent(one: Campaign, as_of: date) -> bool:
    return isinstance(one.sent_on, date) and one.sent_on > as_of - timedelta(days=90)


def _goals_90(report: Report) -> Iterator[Goal]:
    briefing = report.site.briefing
    yield Goal(
        "what a new customer costs is known by channel",
        "every channel",
        "not known, bookings do not say who is new",
    )
    take = briefing.find("take_rate")
    taken = take.value if take is not None else None
    yield Goal(
        "channels keep less than 15% of sales",
        "under 15%",
        value(take) if take is not None else "not known",
        taken.value < _TAKE_LIMIT if isinstance(taken, Ratio) else None,
    )
    rates = [one for one in report.of(Kpi) if one.kpi == "repeat_rate" and not isinstance(one.value, Blank)]
    words = "; ".join(f"{report.site.titles[one.entity]} {_stated(one)}" for one in rates[-3:])
    yield Goal(
        "repeat rate is measured",
        "each business with guests",
        words or "not known",
        None if not words else True,
    )


def _stated(kpi: Kpi) -> str:
    content = kpi.value
    return value(share(content)) if isinstance(content, Ratio) else value(content)


# --- reviews ------------------------------------------------------------------------------------------------


_REVIEW_COLUMNS = (
    Column("business", "Business"),
    Column("reviews", "Reviews", is_number=True),
    Column("rating", "Rating", is_number=True),
    Column("waiting", "Without an answer", is_number=True),
    Column("newest", "Newest"),
    Column("ask", "Guests are asked"),
)


def _reviews(report: Report, tables: Tables) -> Reviews:
    briefing = report.site.briefing
    ids = [one.entity for one in report.entities if briefing.find("reviews", one.entity)]
    steps = {one.entity: one.state for one in briefing.of(FunnelStep) if one.step == "review-ask"}
    rows = tuple(_review_row(report, entity, text(steps.get(entity))) for entity in ids)
    where, waiting = cmo_channels.unanswered(report)
    return Reviews(
        table=tables.plain("reviews", Table(_REVIEW_COLUMNS, rows)) if rows else None,
        waiting=waiting,
        where=where,
        ask=tuple(
            report.site.titles[entity]
            for entity, state in steps.items()
            if entity in report.ids and state != "works"
        ),
        total=figure_or_unknown(report, "reviews", "", "Public reviews", "count"),
        rating=figure_or_unknown(report, "rating", "", "Rating", "score"),
    )


def _review_row(report: Report, entity: str, ask: str) -> TableRow:
    briefing = report.site.briefing
    rows = [one for one in briefing.of(Channel, entity) if isinstance(one.reviews, int) and one.reviews]
    newest = max((one.last_review for one in rows if isinstance(one.last_review, date)), default=None)
    counts = [
        one.reviews_unanswered
        for one in briefing.of(Channel, entity)
        if isinstance(one.reviews_unanswered, int)
    ]
    unknown = sum(not isinstance(one.reviews_unanswered, int) for one in rows)
    days = (briefing.as_of - newest).days if newest else 0
    rating = figure_cell(report, "rating", entity)
    if isinstance(rating.value, Figure) and isinstance(rating.value.value, Decimal):
        rating = Cell(
            msgspec.structs.replace(rating.value, value=rating.value.value.quantize(Decimal("0.1"))),
            f"{counted(len(rows), 'place')}",
        )
    return TableRow(
        (
            business(report, entity),
            figure_cell(report, "reviews", entity),
            rating,
            Cell(
                sum(counts) if counts else Blank("unknown"),
                f"{counted(unknown, 'place')} not known" if unknown and counts else "",
            ),
            Cell(
                newest or Blank("unknown"),
                f"{age(days)} ago" if newest else "",
                "warn" if days > _SEASON else "",
            ),
            Cell(
                {"works": "by themselves", "manual": "by hand", "missing": "no", "broken": "broken"}.get(
                    ask, "not known"
                )
            ),
        )
    )
