"""`byline ask`: one question, answered on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.console import write_json
from ui.cli.options import (
    ArchiveOption,
    DayOption,
    JsonOption,
    TodayOption,
    day_option,
    invocation,
)
from ui.cli.shared_options import with_llm
from ui.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from rag.assistant import Assistant
    from ui.cli.progress import Bar


@with_llm(archive=ArchiveOption)
def ask(
    chosen: Settings,
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="The question.", show_default=False)],
    after: Annotated[
        DayOption, day_option("--after", "Only articles published on this day or later.")
    ] = None,
    before: Annotated[
        DayOption, day_option("--before", "Only articles published on this day or earlier.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only articles from this outlet; may be given several times."),
    ] = None,
    section: Annotated[
        list[str] | None,
        typer.Option(help="Only articles from this section; may be given several times."),
    ] = None,
    today: TodayOption = None,
    literal: Annotated[
        bool, typer.Option("--literal", help="Read no date and no outlet into the question.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a question of an archive.

    The answer cites its sources. A question that the archive cannot answer is refused, with the
    stories that come nearest.
    """
    from index.types import Filters
    from rag.wire import to_json
    from ui.cli.answer import show
    from ui.cli.progress import Bar

    filters = Filters(
        after=after.date() if after else None,
        before=before.date() if before else None,
        sources=tuple(source or ()),
        sections=tuple(section or ()),
    )
    with (
        Bar() as bar,
        open_assistant(chosen, bar, today=today.date() if today else None) as assistant,
    ):
        answer = assistant.ask(question, filters=filters, infer=not literal)
    if as_json:
        write_json(to_json(answer))
    else:
        show(answer, verbose=invocation(ctx).verbose > 0)


def open_assistant(settings: Settings, bar: Bar, today: date | None = None) -> Assistant:
    """The assistant over the archive that is set, with the model that it was made with."""
    from rag.assistant import Assistant
    from ui.cli.opening import language_model, model_name

    chosen: dict[str, Any] = {
        "threshold": settings.threshold,
        "reader": settings.reader,
        "llm": language_model(settings),
        "verifier": settings.verifier,
    }
    return Assistant.open(
        settings.archive,
        model=model_name(settings.model),
        query_prefix=settings.query_prefix,
        passage_prefix=settings.passage_prefix,
        today=today,
        progress=bar.step,
        **{name: value for name, value in chosen.items() if value is not None},
    )
