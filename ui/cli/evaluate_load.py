"""`byline eval load`: many visitors at once, and how a server answers them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.chat.words import count
from ui.cli.console import line, out, write, write_json
from ui.cli.figures import table
from ui.cli.options import JsonOption, settings_for

if TYPE_CHECKING:
    from eval.load import Crowd, LoadScores, Spread

_MEGABYTE = 1_000_000


def load(
    ctx: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="Where `byline serve` can be reached.", show_default=False
        ),
    ],
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON Lines of questions: question; by default the sample's.",
            show_default=False,
        ),
    ] = None,
    visitors: Annotated[int, typer.Option(min=0, help="How many visitors ask.")] = 200,
    seconds: Annotated[float, typer.Option(min=0, help="For how long they do.")] = 120.0,
    think: Annotated[
        float, typer.Option(min=0, help="Seconds that one reads between two questions.")
    ] = 30.0,
    burst: Annotated[
        int, typer.Option(min=0, help="Questions that then come within one second.")
    ] = 20,
    beyond: Annotated[
        int, typer.Option(min=0, help="And then at once: more than the server takes.")
    ] = 200,
    pid: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="The server's process, if it runs here: its memory is watched.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """How a server answers many visitors at once, and whether each gets his own answer.

    Start it with --visitor-per-minute 0 where the visitors cannot have addresses of their own.
    """
    from eval.asking import SAMPLE
    from eval.latency import read_plain
    from eval.load import Plan, measure

    settings_for(ctx)  # a wrong setting is an error of every command
    asked = read_plain(questions or SAMPLE / "questions.jsonl")
    plan = Plan(url, visitors, seconds, think, burst, beyond, pid)
    scores = measure(asked, plan)
    if as_json:
        write_json(asdict(scores))
        return
    _show(scores)


def _show(scores: LoadScores) -> None:
    plan = scores.plan
    crowds = {
        "one by one": scores.calm,
        f"{plan.visitors} visitors": scores.visitors,
        f"{plan.burst} in a second": scores.burst,
        f"{plan.beyond} at once": scores.beyond,
    }
    there = {name: crowd for name, crowd in crowds.items() if crowd is not None}
    rows = [
        ("asked", *(f"{each.asked:,}" for each in there.values())),
        ("answered", *(f"{each.answered:,}" for each in there.values())),
        ("refused: not in the archive", *(f"{each.refused:,}" for each in there.values())),
        ("turned away: busy (503)", *(_status(each, 503) for each in there.values())),
        ("turned away: quota (429)", *(_status(each, 429) for each in there.values())),
        ("errors", *(f"{sum(each.errors.values()):,}" for each in there.values())),
        ("answers lost or mixed up", *(f"{len(each.wrong):,}" for each in there.values())),
        ("answers a second", *(f"{each.per_second:.1f}" for each in there.values())),
        *_times("first sentence", [each.first for each in there.values()]),
        *_times("whole answer", [each.whole for each in there.values()]),
        *_times("a 503", [each.busy for each in there.values()]),
    ]
    out.print(table(("", *there), rows))
    for name, each in there.items():
        for error, times in each.errors.items():
            write(f"{name}: {times:,} times {line(error)}")
        for wrong in each.wrong[:5]:
            write(f"{name}: {line(wrong)}")
    write(
        f"{line(plan.url)}; {plan.seconds:g} s, about {plan.think:g} s of reading between two "
        f"questions; {count(scores.cores, 'core')} shared with the visitors; load average "
        f"{scores.load[0]:.1f} before, {scores.load[1]:.1f} after"
    )
    if scores.memory is not None:
        memory = scores.memory
        write(
            f"memory of {memory.processes} processes in MB: {memory.start / _MEGABYTE:,.0f} at "
            f"the start, {memory.peak / _MEGABYTE:,.0f} at most; "
            f"{memory.early / _MEGABYTE:,.0f} in the first quarter, "
            f"{memory.late / _MEGABYTE:,.0f} in the last"
        )


def _status(crowd: Crowd, status: int) -> str:
    return f"{crowd.statuses.get(status, 0):,}"


def _times(name: str, spreads: list[Spread | None]) -> list[tuple[str, ...]]:
    return [
        (f"{name}, s: {which}", *(f"{getattr(s, field):.2f}" if s else "-" for s in spreads))
        for which, field in (("median", "median"), ("95th percentile", "p95"), ("most", "longest"))
    ]
