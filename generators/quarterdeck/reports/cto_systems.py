"""Systems on the CTO page: what runs where as far as it is written, and what only an audit can say."""

import msgspec
from markupsafe import Markup

from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import Gap
from quarterdeck.model.holdings import Asset
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank
from quarterdeck.reports.built_with import Inside, built_with
from quarterdeck.reports.cells import (
    Tables,
    name_of,
    no_file,
    on,
    written,
)
from quarterdeck.reports.components import (
    Cell,
    Column,
    Table,
    TableRow,
)
from quarterdeck.reports.skeleton import Report, entity_path


class Voice(msgspec.Struct, frozen=True):
    """What one business wrote about its systems."""

    business: str
    href: str
    html: Markup
    source: Source


class Inventory(msgspec.Struct, frozen=True):
    """What runs where, as far as it is written."""

    table: Table
    stacks: int
    repos: int
    sites: int
    voices: tuple[Voice, ...]
    silent: tuple[str, ...]
    """Businesses that wrote of no site, repository, stack or system."""
    built: Inside | None
    """What repositories are built with; None where none was read."""


def inventory_of(report: Report, tables: Tables) -> Inventory:
    """What the front matter, the assets and the prose say of systems."""
    columns = (
        Column("business", "Business"),
        Column("sites", "Sites"),
        Column("repos", "Repositories"),
        Column("stacks", "AWS stacks"),
        Column("touched", "Last touched"),
    )
    rows, voices, silent = [], [], []
    for entity in report.entities:
        own = report.site.briefing.only(entity.entity)
        prose = [one for one in own.prose if one.section == "tech"]
        href = report.sources.to(entity_path(entity.entity))
        voices += [Voice(entity.title, href, written(one.html), one.source) for one in prose]
        if any(system_names(entity)):
            rows.append(_system_row(report, entity, href))
        elif not prose:
            silent.append(entity.title)
    count = [sum(len(system_names(entity)[at]) for entity in report.entities) for at in range(3)]
    table = Table(columns, tuple(rows))
    linked = tables.plain("stacks", table) if rows else table
    built = built_with(report, tables)
    return Inventory(linked, count[2], count[1], count[0], tuple(voices), tuple(silent), built)


def system_names(entity: Entity) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Sites, repositories and stacks of the front matter."""
    return (_tuple(entity.sites), _tuple(entity.repos), _tuple(entity.aws_stacks))


def _tuple(names: tuple[str, ...] | Blank) -> tuple[str, ...]:
    return () if isinstance(names, Blank) else names


def _system_row(report: Report, entity: Entity, href: str) -> TableRow:
    assets = [
        asset
        for asset in report.site.briefing.of(Asset, entity.entity)
        if asset.type in {"site", "repo", "domain"} and on(asset.last_used)
    ]
    newest = max(assets, key=lambda asset: str(asset.last_used), default=None)
    owner = (
        f"owner {report.site.briefing.person(entity.owner)}"
        if isinstance(entity.owner, str)
        else "owner not known"
    )
    touched = (
        Cell(on(newest.last_used) or Blank(), name_of(newest.asset)) if newest else Cell(Blank("unknown"))
    )
    sites, repos, stacks = system_names(entity)
    listed = [Cell(", ".join(names) or Blank("unknown")) for names in (sites, repos, stacks)]
    return TableRow((Cell(entity.title, owner, href=href), *listed, touched))


def unread_systems() -> dict[str, Gap]:
    """What only an audit can say, by section."""
    return {
        "stacks": no_file(
            "Hosting, compute, data, mail, payments, sign-in, CI, tests, backups and monitoring of each stack",
            "Nobody has looked into the AWS accounts and repositories; what is not listed above may still run.",
            "The audit of AWS and of the repositories will fill them in.",
        ),
        "security": no_file(
            "Whether anything is exposed",
            "No stack was audited yet. A check that did not run is no pass.",
            "Name accounts and repositories in portfolio.yml and run the audit; it only reads.",
        ),
        "watching": no_file(
            "Alarms, log retention and point-in-time recovery",
            "If a stack dies at night, nobody can say today whether anyone is told.",
            "The audit of AWS reads them.",
        ),
        "cost": no_file(
            "The AWS bill, by service and by business",
            "Without it nobody can see idle functions, untagged cost or what an order costs.",
            "The audit of AWS reads the bill; a tag for each business splits it.",
        ),
        "web": no_file(
            "Load weight, phone view, analytics, structured data and labels of the sites",
            "A slow page or a form that a phone cannot use loses the same customers as a broken step.",
            "The check of the web sites reads them.",
        ),
        "cycle": no_file(
            "How fast and how safely we ship",
            "Tests, review, rollback and pinned dependencies show only in the repositories.",
            "The audit of the repositories reads commits, CI and lock files.",
        ),
    }
