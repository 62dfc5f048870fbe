"""The CFO page: how long the money lasts, which week asks for most, what is free, and whether plans hold."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from quarterdeck.figures.scope import without
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Gap
from quarterdeck.model.page import Page
from quarterdeck.model.values import Money
from quarterdeck.reports import cfo_books, cfo_cash, cfo_offers, cfo_plan, finance_charts
from quarterdeck.reports.business_rows import keeps_books, ledgers, money_of, month_words
from quarterdeck.reports.cells import Tables, figure_or_unknown, no_file
from quarterdeck.reports.components import Card, Move, StateKey, joined
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.words import counted, day, limit, money, setting

PLAN_PATH = "reports/cfo-plan.md"
"""The second of the CFO's two pages."""

_TAB = "CFO"
_MONTH = timedelta(days=30)


class Unknown(msgspec.Struct, frozen=True):
    """What each section cannot say before the ledger is read."""

    ours: Gap
    burn: Gap
    runway: Gap
    weeks: Gap
    free: Gap
    debt: Gap


def page(site: Site) -> Page:
    """The CFO page over every business of this audience: cash, and plan and capital in a line each."""
    report = _report(
        site,
        role_path("cfo"),
        "CFO",
        "How long our cash lasts, which week asks for most, what is free, and whether we are on plan.",
    )
    tables = Tables(report)
    cash, weeks = cfo_cash.cash(report, tables), cfo_cash.weeks(report, tables)
    lasting = cfo_books.lasting(report, tables)
    view = {
        **_plan(report, Tables(report)),  # the tables themselves stand on the page of the plan
        "cash": cash,
        "position": cfo_books.position(report, tables),
        "burnt": cfo_books.burnt(report, tables),
        "lasting": lasting,
        "needed": None if lasting else cfo_books.needed(report, tables),
        "forecast": cfo_books.forecast(report, tables),
        "burn": cfo_cash.burn(report, tables),
        "weeks": weeks,
        "weeks_chart": report.charts.add(finance_charts.weeks(site.briefing, ""), has_table=True),
        "burn_chart": report.charts.add(finance_charts.burn(site.briefing, ""), has_table=True),
        "price_days": counted(report.assumed.fx_max_age_days, "day"),
        "old_after": report.assumed.stale_after["reconciled"],
        "until": site.briefing.as_of + _MONTH,
    }
    made = report.page("cfo.md.j2", tables.downloads, cards=_cards(report, cash), **view)
    return msgspec.structs.replace(made, section=_TAB)


def plan_page(site: Site) -> Page:
    """What must be sold, what may be spent, what is owed, and how plans hold."""
    report = _report(
        site,
        PLAN_PATH,
        "CFO: plan and capital",
        "What we must sell, what we may spend, what we owe, and how plan and revenue hold.",
    )
    tables = Tables(report)
    briefing, charts = site.briefing, report.charts
    view = {
        **_plan(report, tables),
        "position": cfo_books.position(report, Tables(report)),
        "break_even_chart": charts.add(finance_charts.break_even(briefing, "")),
        "options_chart": charts.add(finance_charts.options(briefing, ""), has_table=True),
        "targets_chart": charts.add(finance_charts.targets(briefing, "")),
        "variance_chart": charts.add(finance_charts.variance(briefing, "")),
    }
    made = report.page("cfo_plan.md.j2", tables.downloads, **view)
    return msgspec.structs.replace(made, section=_TAB)


def _report(site: Site, path: str, title: str, description: str) -> Report:
    everything = site.briefing.entities
    return Report(site, path, title, "cfo", everything, "All businesses", role="cfo", description=description)


def _plan(report: Report, tables: Tables) -> dict[str, object]:
    """Everything about plan and capital, of which the first page prints the findings."""
    briefing, hurdle = report.site.briefing, report.assumed.hurdle_rate
    return {
        "start": named(first_fields(report)),
        "free": cfo_books.free(report, tables),
        "break_even": cfo_offers.break_even(report, tables),
        "units": cfo_offers.units(report, tables),
        "options": cfo_offers.options(report, tables),
        "debt": cfo_cash.debt(report, tables, hurdle),
        "hurdle": setting(hurdle),
        "flag": limit(report.assumed.variance_flag, briefing.currency),
        "targets": cfo_plan.targets(report, tables),
        "variance": cfo_plan.variance(report, tables),
        "quality": cfo_offers.quality(report, tables),
        "unknown": _unknown(report),
        "titles_of": report.site.titles,
        "plan_words": cfo_plan.gap_words,
        "month_words": month_words,
        "amount": money_of,
        **_figures(report),
    }


def _figures(report: Report) -> dict[str, Figure]:
    """The portfolio's figures that sentences name."""
    labels = {
        "bank_stated": "In the bank, by statements",
        "deposits_held": "Guests' money for services to come",
        "deposits_tenants": "Tenants' deposits",
        "costs_due_30d": "Stated costs of the next 30 days",
        "debt_total": "Owed to lenders",
        "debt_monthly": "Loan payments a month",
        "sales_last_month": "Sales of last month",
        "sales_v_plan": "Sales against plan",
        "upcoming_sales": "Booked ahead",
        "pipeline_open": "Open leads",
        "pipeline_weighted": "Open leads, by chance",
        "credit_available": "Credit not drawn",
    }
    names = {"debt_total": "debt"}
    return {
        key: figure_or_unknown(report, names.get(key, key), "", label) for key, label in labels.items()
    } | {
        "runway": figure_or_unknown(report, "runway_months", "", "Runway", "months"),
        "lowest_week": figure_or_unknown(report, "lowest_week", "", "Lowest week"),
        "net_burn": figure_or_unknown(report, "net_burn", "", "Net burn a month"),
        "gross_burn": figure_or_unknown(report, "gross_burn", "", "Gross burn a month"),
        "cash_available": figure_or_unknown(report, "cash_available", "", "Available cash"),
    }


def _cards(report: Report, cash: cfo_cash.Cash) -> tuple[Card, ...]:
    names = ("runway_months", "costs_due_30d", "sales_last_month")
    runway, due, sales = (report.site.briefing.find(name) for name in names)
    is_unknown = runway is None or (isinstance(runway.value, Missing) and runway.value.state == "not_known")
    cards = [
        _cash_card(report) or _bank_card(report, cash),
        Card(
            "Runway",
            runway or figure_or_unknown(report, "runway_months", "", "Runway", "months"),
            state="unknown" if is_unknown else None,
            context="no books are kept yet" if is_unknown else "",
            source_note="what is missing" if is_unknown else "computed",
            source_href="#runway",
        ),
        Card(
            "Due in 30 days",
            due or figure_or_unknown(report, "costs_due_30d", "", "Due in 30 days"),
            context="stated costs, without loans",
            source_note="by week",
            source_href="#weeks",
        ),
    ]
    if sales is not None:
        cards.append(_sales_card(report))
    return tuple(cards)


def _cash_card(report: Report) -> Card | None:
    """What is free to use by the books; None where no books say it."""
    free = report.site.briefing.find("cash_available")
    if free is None or not free.is_known:
        return None
    whose = _whose(report, (("deposits_owed", "paid ahead by guests"),))
    beside = _whose(report, (("cash_restricted", "set aside"),))
    said = [f"of it {joined(whose)}" if whose else "", f"besides {joined(beside)}" if beside else ""]
    words = "; ".join(filter(None, (*said, without(free.apart).removeprefix(", "))))
    is_short = isinstance(free.value, Money) and free.value.amount <= 0
    return Card(
        "Free to use",
        free,
        state="act" if is_short else None,
        context=words,
        source_note="by the books",
        source_href="#cash",
    )


def _bank_card(report: Report, cash: cfo_cash.Cash) -> Card:
    """What the bank statements say, where no books do."""
    whose = _whose(report, (("deposits_tenants", "of tenants"), ("deposits_held", "paid ahead by guests")))
    return Card(
        "In the bank",
        figure_or_unknown(report, "bank_stated", "", "In the bank"),
        state=_bank_state(report, cash),
        state_text="Partly old" if cash.oldest and _is_old(report, cash) else "",
        context=f"with {joined(whose)}" if whose else "",
        source_note=f"statements to {day(cash.newest)}" if cash.newest else "",
    )


def _whose(report: Report, names: Iterable[tuple[str, str]]) -> list[str]:
    """Amounts that are not ours, each with its words; those of nothing are left out."""
    return [
        f"{money(one.value)} {words}"
        for name, words in names
        if (one := report.site.briefing.find(name)) and isinstance(one.value, Money) and one.value.amount
    ]


def _is_old(report: Report, cash: cfo_cash.Cash) -> bool:
    days = report.assumed.stale_after["reconciled"]
    return cash.oldest is not None and (report.site.briefing.as_of - cash.oldest).days > days


def _bank_state(report: Report, cash: cfo_cash.Cash) -> StateKey | None:
    if cash.newest is None:
        return "unknown"
    return "watch" if cash.without or _is_old(report, cash) else None


def _sales_card(report: Report) -> Card:
    briefing = report.site.briefing
    sales = briefing.figure("sales_last_month")
    against = briefing.find("sales_v_plan")
    amount = money_of(against)
    plan = briefing.find("plan_last_month")
    month = sales.label.split()[0]
    if amount is None or against is None or not isinstance(against.value, Money):
        return Card(
            f"{month} sales", sales, context="plan not known", source_note="bookings, invoices, rent, fees"
        )
    words, tone = cfo_plan.judged(report, "", amount)
    size = Money(abs(amount), against.value.currency)
    return Card(
        f"{month} sales",
        sales,
        state="watch" if tone == "bad" else "course",
        move=Move(
            f"{money(size)} {'over' if amount >= 0 else 'under'} plan",
            "up" if amount >= 0 else "down",
            tone,
            f"({words.split()[0]})" if "%" in words else "",
        ),
        context=f"plan {money(plan.value)}" if plan and isinstance(plan.value, Money) else "",
        source_note="bookings, invoices, rent, fees",
    )


def _unknown(report: Report) -> Unknown:
    where = ledgers(report)
    several = len(keeps_books(report)) > 1
    step = f"Enter the past three months and a `balance` line of the bank account in {where}."
    return Unknown(
        ours=no_file(
            "What of it is ours",
            "Statements and deposits are of different days, so one cannot be taken off the other.",
            f"Enter the opening entry and a balance line of the bank account in {where}.",
        ),
        burn=no_file(
            "What we consume in a month",
            "Costs as written are not what was paid; without three full months of entries burn is a guess.",
            step.replace("`", ""),
        ),
        runway=no_file(
            "When the money ends",
            "All four ways need what the banks hold and what a month takes; of each the ledger is the only proof.",
            step.replace("`", ""),
        ),
        weeks=no_file(
            "What is left at the end of each week",
            "It begins with what is in the bank today, which no ledger says"
            + (" of any business." if several else "."),
            f"Enter a balance line of this week for each bank account in {where}.",
        ),
        free=no_file(
            "What is free to spend",
            "It is cash less other people's money, taxes and the reserve; cash and the reserve are not known.",
            f"Enter opening entries and the past three months in {where}.",
        ),
        debt=no_file(
            "What interest was paid",
            "A payment becomes interest and principal only where the books split it.",
            f"Post loan payments in two parts in {where}.",
        ),
    )
