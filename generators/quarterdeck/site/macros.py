"""Macros of hand-written pages: figures, KPIs, charts and findings of the briefing, as finished HTML."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from quarterdeck.model.finding import ROLES
from quarterdeck.reports.components import FindingRow
from quarterdeck.reports.render import render
from quarterdeck.reports.sources import Links, Sources

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing


class Environment(Protocol):
    """What both builders hand to `define_env`."""

    conf: "Configuration"
    project_dir: str

    def macro(self, fn: Callable[..., str], name: str = "") -> object:
        """Make a function callable from pages."""


class Configuration(Protocol):
    """The finished configuration of the site builder."""

    def __getitem__(self, key: str, /) -> object:
        """Give a setting by its name."""


class UnknownNameError(ValueError):
    """A hand-written page names something that the briefing does not hold; the build then fails."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Name it and the nearest names that there are."""
        near = get_close_matches(name, sorted(known), n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no {kind} {name!r} in the briefing{hint}")


class NoBriefingError(RuntimeError):
    """A hand-written page uses a macro, but no briefing is configured or it is not there."""

    def __init__(self, path: str) -> None:
        """Name the path that was tried."""
        super().__init__(
            f"macros need the briefing, and extra.qd.briefing is {path!r}; run: quarterdeck build"
        )


def load(path: Path) -> "Briefing":
    """Read a briefing.

    Raises:
        NoBriefingError: There is no such file.
    """
    from quarterdeck.model.briefing import decode  # noqa: PLC0415 - most pages use no macro

    if not path.is_file():
        raise NoBriefingError(str(path))
    return decode(path.read_bytes())


def define_env(env: Environment) -> None:
    """Register the macros; both builders call this once they have read their configuration."""
    path = _briefing_path(env)

    def briefing() -> "Briefing":
        if path is None:
            raise NoBriefingError("")
        return _load_once(path, path.stat().st_mtime_ns if path.is_file() else 0)

    def figure(entity: str, id: str) -> str:  # noqa: A002 - the word that pages use
        return figure_html(briefing(), entity, id)

    def kpi_table(entity: str) -> str:
        return kpi_table_html(briefing(), entity)

    def chart(entity: str, name: str) -> str:
        return chart_html(briefing(), entity, name)

    def findings(role: str = "", entity: str = "") -> str:
        return findings_html(briefing(), role, entity)

    env.macro(figure, "figure")
    env.macro(kpi_table, "kpi_table")
    env.macro(chart, "chart")
    env.macro(findings, "findings")


def figure_html(briefing: "Briefing", entity: str, figure: str) -> str:
    """Print one figure, linked to where it was written down.

    Args:
        briefing: That of the audience.
        entity: Id of the business; empty for the whole portfolio.
        figure: Such as `runway_months`.

    Raises:
        UnknownNameError: There is no such business or figure.
    """
    _check_entity(briefing, entity)
    known = {one.id: one for one in briefing.figures if one.entity == entity}
    if figure not in known:
        raise UnknownNameError("figure", figure, known)
    return render("macro_figure.md.j2", sources=_sources(briefing), figure=known[figure]).strip()


def kpi_table_html(briefing: "Briefing", entity: str) -> str:
    """Print the KPIs of one business with value, period and state; raises as `figure_html`."""
    _check_entity(briefing, entity)
    kpis = tuple(one for one in briefing.kpis if one.entity == entity)
    return render("macro_kpis.md.j2", sources=_sources(briefing), kpis=kpis)


def chart_html(briefing: "Briefing", entity: str, name: str) -> str:
    """Draw a chart of one business, or of all with an empty entity, with the numbers behind it.

    Raises:
        UnknownNameError: There is no such business or chart.
    """
    from quarterdeck.charts.render import svg  # noqa: PLC0415 - most pages have no chart
    from quarterdeck.reports.charts import Charts  # noqa: PLC0415 - likewise
    from quarterdeck.reports.named_charts import NAMED, named_chart  # noqa: PLC0415 - likewise

    _check_entity(briefing, entity)
    if name not in NAMED:
        raise UnknownNameError("chart", name, NAMED)
    made, charts = named_chart(briefing, entity, name), Charts()
    if made is not None and entity:
        made = replace(made, id=f"{name}-{entity}")
    html = render("macro_chart.md.j2", sources=_sources(briefing), chart=charts.add(made))
    for one in charts.drawings:
        html = html.replace(one.mark, svg(one))
    return html


def findings_html(briefing: "Briefing", role: str = "", entity: str = "") -> str:
    """Print findings that nobody accepted, worst first: of a role, a business, both or all.

    Raises as `figure_html` does.
    """
    if role and role not in ROLES:
        raise UnknownNameError("role", role, ROLES)
    if entity:
        _check_entity(briefing, entity)
    titles = {one.entity: one.name if isinstance(one.name, str) else one.entity for one in briefing.entities}
    rows = tuple(
        FindingRow(one, "" if entity else titles.get(one.entity, one.entity))
        for one in briefing.findings
        if one.state != "accepted"
        and (not role or role in one.roles)
        and (not entity or one.entity == entity)
    )
    return render("macro_findings.md.j2", sources=_sources(briefing), rows=rows)


@lru_cache(maxsize=2)
def _load_once(path: Path, _changed: int) -> "Briefing":
    return load(path)


def _briefing_path(env: Environment) -> Path | None:
    extra = env.conf["extra"]
    qd = extra.get("qd") if isinstance(extra, Mapping) else None
    path = qd.get("briefing") if isinstance(qd, Mapping) else None
    return Path(env.project_dir) / path if isinstance(path, str) and path else None


def _sources(briefing: "Briefing") -> Sources:
    commits = {file.path: file.commit for file in briefing.files if file.commit}
    return Sources(Links(briefing.repository, briefing.branch, briefing.folder, commits), is_listed=False)


def _check_entity(briefing: "Briefing", entity: str) -> None:
    known = {one.entity for one in briefing.entities}
    if entity and entity not in known:
        raise UnknownNameError("business", entity, known)
