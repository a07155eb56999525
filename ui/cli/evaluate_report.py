"""`byline eval report`: everything measured at once, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.console import say
from ui.cli.figures import setup_for
from ui.cli.shared_options import with_answering
from ui.settings import Settings


@with_answering
def report(
    chosen: Settings,
    data: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Folders of benchmarks: retrieval, conversations, selection, abstention, "
            "extraction, grounding.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="The page to write; the plots go into a folder plots beside it."
        ),
    ] = Path("eval/RESULTS.md"),
    archive: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="An archive to measure the times on; without one nothing is timed.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure everything, step by step, and write it down."""
    from eval import results
    from index.location import parse
    from ui.cli.progress import Bar

    with Bar() as bar:
        text = results.report(
            data,
            setup_for(chosen),
            out.parent / "plots",
            archive=parse(archive) if archive is not None else None,
            progress=bar.step,
        )
    out.write_text(text, encoding="utf-8")
    say(f"Written to {out}")
