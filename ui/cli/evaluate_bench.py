"""`byline eval bench`: speed and memory, each benchmark by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.console import line, out, say, write, write_json
from ui.cli.figures import table
from ui.cli.options import JsonOption, settings_for


def bench(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Which one, as embedding; another name is answered with all that there are.",
            show_default=False,
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Articles to measure with, as `byline index` reads them, and for peers a folder "
            "of benchmarks; by default the sample's, or such as are made up.",
            show_default=False,
        ),
    ] = None,
    archive: Annotated[
        str | None,
        typer.Option(
            metavar="ARCHIVE",
            help="An archive to measure on, where a benchmark would else make its own.",
            show_default=False,
        ),
    ] = None,
    articles: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many articles, where a benchmark can take more or fewer.",
            show_default=False,
        ),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where peers are installed, each in an environment of its own, and kept; by "
            "default under the platform's folder for caches.",
            show_default=False,
        ),
    ] = None,
    write_down: Annotated[
        bool,
        typer.Option("--write", help="Write the figures into their section of the page."),
    ] = False,
    page: Annotated[
        Path,
        typer.Option(metavar="FILE", help="That page; plots go into a folder plots beside it."),
    ] = Path("eval/BENCHMARKS.md"),
    as_json: JsonOption = False,
) -> None:
    """How quick a part is on this machine, and how large, against what it is measured by."""
    from eval.bench import registry, report
    from eval.bench.setup import setup
    from ui.cli.progress import Bar

    settings_for(ctx)  # a wrong setting is an error of every command
    measured = registry.bench(name)
    machine = setup()
    with Bar() as bar:
        scores = measured.run(registry.Given(data, archive, bar.step, articles, work))
    told = measured.lines(scores, page.parent / "plots" if write_down else None)
    if write_down:
        report.write(page, name, told, machine, _options(data, archive, articles))
        say(f"Written to {page}")
    found = registry.as_json(scores)
    if as_json:
        write_json(found)
        return
    if any(isinstance(value, tuple | list | dict) for value in found.values()):
        for each in told:
            write(line(each))
    else:
        out.print(table(("", name), [(key, _said(value)) for key, value in found.items()]))
    for each in machine.lines():
        write(line(each))


def _options(data: Path | None, archive: str | None, articles: int | None) -> list[str]:
    """What was given, for the page: that there were paths, and not which on this machine."""
    shown = {
        "--data": "ARTICLES" if data is not None else None,
        "--archive": "ARCHIVE" if archive is not None else None,
        "--articles": articles,
    }
    return [f"{option} {value}" for option, value in shown.items() if value is not None]


def _said(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else line(str(value))
