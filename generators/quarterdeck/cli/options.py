"""What many commands let a user say, and which portfolio they are about."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck.model.severity import Severity

if TYPE_CHECKING:
    from datetime import date

SEVERITIES = tuple(severity.value for severity in Severity)
WRITES_OR_NOT = "--yes writes and --dry-run does not; leave one of them out."


class _Date(click.ParamType["date"]):
    """An ISO date such as 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "date":  # noqa: ANN401 - click's own signature
        """Read the date, or say what one looks like."""
        from datetime import date

        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write one as 2026-11-23", param, ctx)


as_of_option = click.option(
    "--as-of", type=_Date(), help="Make the reports for DATE (today in the portfolio's zone)."
)
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with 1 when something at or above SEVERITY stands (off).",
)
portfolio_option = click.option(
    "--portfolio",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Use the portfolio in DIR (the one that holds the current folder).",
)
builder_option = click.option(
    "--builder", type=click.Choice(["mkdocs", "zensical"]), help="Make the site with BUILDER (mkdocs)."
)
format_option = click.option(
    "--format", "how", type=click.Choice(["text", "json"]), default="text", help="Print as FORMAT (text)."
)


def root_of(portfolio: Path | None) -> Path:
    """The portfolio that was named, or the one that holds the current folder.

    Raises:
        UsageError: There is none.
    """
    from quarterdeck.commands.check import portfolio_of
    from quarterdeck.model.errors import UsageError

    root = portfolio.absolute() if portfolio else portfolio_of(Path.cwd())
    if root is None:
        raise UsageError(
            "This folder is in no portfolio. Go to one, name one with --portfolio, or make one: init."
        )
    return root


def refuse(is_wrong: object, why: str) -> None:
    """Refuse options that do not go together."""
    if is_wrong:
        raise click.UsageError(why)
