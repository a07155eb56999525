"""The commands put together, and how each of them may end.

0    done; a refusal is an answer too
1    it could not be done, and stderr says why in one line
2    the command line was wrong
130  stopped by Ctrl-C; for the chat, which ends no other way, that is 0
"""

from __future__ import annotations

import errno
import io
import logging
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from index.beside import short_turns
from index.errors import BylineError
from ui.cli import (
    ask,
    chat,
    evaluate,
    indexing,
    maintain,
    mcp,
    move,
    remove,
    serve,
    site,
    status,
)
from ui.cli.console import fail, out, say, set_up_logging
from ui.cli.interrupt import INTERRUPTED
from ui.cli.options import Invocation
from ui.settings import CONFIG_FILE, CONFIG_VARIABLE

log = logging.getLogger(__name__)


class Commands(TyperGroup):
    """Turns what is raised on purpose into one line and an exit code.

    A bug still shows its traceback: it is for whoever mends it.
    """

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BylineError as error:
            log.debug("it was raised here", exc_info=True)
            fail(str(error))
            raise typer.Exit(1) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read our output has had enough
            log.debug("it was raised here", exc_info=True)
            named = f": {error.filename}" if error.filename else ""
            fail(f"{error.strerror or error}{named}")
            raise typer.Exit(1) from error
        except KeyboardInterrupt as interrupt:
            say("Stopped.")
            raise typer.Exit(INTERRUPTED) from interrupt


app = typer.Typer(
    name="byline",
    cls=Commands,
    help="A chat assistant over a news archive: every sentence of every answer cites its source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            number = metadata.version("byline")
        except metadata.PackageNotFoundError:
            number = "(not installed)"
        out.print(f"byline {number}")
        raise typer.Exit


@app.callback()
def _before(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            help=f"The settings file to read instead of {CONFIG_FILE}. ({CONFIG_VARIABLE})"
        ),
    ] = None,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose",
            "-v",
            count=True,
            show_default=False,
            help="Say on stderr what is being done; twice for its details.",
        ),
    ] = 0,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    set_up_logging(verbose)
    ctx.obj = Invocation(config, verbose)


app.command("index")(indexing.index)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("status")(status.status)
app.command("remove")(remove.remove)
app.command("move")(move.move)
app.command("rebuild")(maintain.rebuild)
app.command("reembed")(maintain.reembed)
app.add_typer(site.app, name="site")
app.add_typer(evaluate.app, name="eval")


def run() -> None:
    """Run the command line and exit."""
    short_turns()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character must not cost the answer.
            stream.reconfigure(errors="backslashreplace")
    app()
