"""The command line: parses, reads clock and environment once, prints, and turns failures into exit codes."""

import codecs
import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from quarterdeck import __version__
from quarterdeck.cli import evidence, imports, mail, publishing, reports, start, versions
from quarterdeck.cli.failures import INTERRUPTED, USAGE, broken, defect, failed
from quarterdeck.model.errors import QuarterdeckError
from quarterdeck.text.plain import look_alike

_COMMANDS: Final = (
    start.init,
    start.add,
    start.key,
    start.doctor,
    start.upgrade,
    start.completion,
    reports.check,
    reports.build,
    reports.serve,
    reports.explain,
    reports.changes,
    reports.formula,
    reports.rules,
    imports.import_,
    evidence.collect,
    evidence.history_,
    publishing.publish,
    publishing.infra,
    versions.versions,
    versions.rollback,
    versions.pin,
    versions.prune,
    versions.verify,
    versions.rebuild,
    versions.purge,
    mail.notify,
    mail.mail,
    mail.send,
    mail.feedback,
)
YOUNG: Final = 50_000
"""New objects between two searches for garbage: reports are much that stays, of which each search finds nothing."""


@click.group(commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quarterdeck")
def cli() -> None:
    """Make one private report site from handoffs, with a page for each role and business."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; nothing but a defect of ours leaves a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(YOUNG)
    sys.excepthook = defect
    codecs.register_error(look_alike.__name__, look_alike)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors=look_alike.__name__)  # type: ignore[union-attr]  # F-232: any code page
    try:
        color = False if os.environ.get("NO_COLOR") else None
        code = cli.main(args=words, prog_name="quarterdeck", standalone_mode=False, color=color) or 0
        sys.stdout.flush()
    except QuarterdeckError as error:
        return failed(words, str(error), error.exit_code)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help())
        return USAGE
    except click.ClickException as error:
        said = " ".join(error.format_message().split())  # lists of choices have a line for each
        stop = "" if said.endswith((".", "?", ")")) else "."
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "quarterdeck"
        return failed(words, f"{said}{stop} See {where} --help.", USAGE)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return failed(words, "interrupted; nothing half done is left behind", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # who reads us has left: nothing to say
        return 0
    except Exception as error:  # noqa: BLE001 - raised again, but for a part that is not installed
        return broken(words, error)
    return int(code)
