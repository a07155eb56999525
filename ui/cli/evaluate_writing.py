"""`byline eval writing`: what a language model writes, and what its check lets through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SettingsError
from ui.chat.words import count
from ui.cli.console import out, say, write, write_json
from ui.cli.figures import table
from ui.cli.options import (
    ArchiveOption,
    JsonOption,
    LlmOption,
    LlmPriceOption,
    LlmTimeoutOption,
    LlmUrlOption,
    ReaderOption,
    ThresholdOption,
    TodayOption,
    VerifierOption,
    settings_for,
)

if TYPE_CHECKING:
    from eval.writing import WritingScores

_FATES = {
    "shown": "shown, borne out by what it cites",
    "mended": "shown, its citation put right",
    "rewritten": "written again, and then borne out",
    "dropped": "dropped, not borne out",
    "idle": "left out, claiming nothing",
    "repeated": "left out, said before",
}


def writing(
    ctx: typer.Context,
    questions: Annotated[
        Path, typer.Argument(help="JSON Lines of questions: question.", show_default=False)
    ],
    file: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write a JSON line for each sentence, to be judged by hand.",
            show_default=False,
        ),
    ],
    archive: ArchiveOption = None,
    llm: LlmOption = None,
    llm_url: LlmUrlOption = None,
    llm_timeout: LlmTimeoutOption = None,
    llm_price: LlmPriceOption = None,
    verifier: VerifierOption = None,
    most: Annotated[
        int | None, typer.Option("-n", "--most", min=1, help="Ask the first so many questions.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What the exchanged copies are drawn by.")] = 0,
    today: TodayOption = None,
    threshold: ThresholdOption = None,
    reader: ReaderOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a language model writes over an archive, and what its check lets through.

    Each sentence is written to a file with its verdict and its passages. Of each that a reader
    would see, copies with one number, name or date exchanged are held against the same passages.
    """
    from eval.asking import TODAY
    from eval.writing import measure, questions_in
    from ui.cli.ask import open_assistant
    from ui.cli.progress import Bar

    chosen = settings_for(
        ctx,
        archive=archive,
        llm=llm,
        llm_url=llm_url,
        llm_timeout=llm_timeout,
        llm_price=llm_price,
        verifier=verifier,
        threshold=threshold,
        reader=reader,
    )
    if chosen.llm is None:
        raise SettingsError("there is no language model to measure: name one with --llm")
    asked = questions_in(questions)[:most]
    day = today.date() if today else TODAY
    with (
        Bar() as bar,
        open_assistant(chosen, bar, today=day) as assistant,
        file.open("w", encoding="utf-8") as rows,
    ):
        scores = measure(assistant, asked, rows, bar.step, seed=seed)
    if as_json:
        rejected, copies = scores.rejected
        write_json({**asdict(scores), "rejected": rejected, "copies_made": copies})
        return
    _show(scores)
    say(f"Wrote {file}")


def _show(scores: WritingScores) -> None:
    fates = dict(scores.fates)
    total = sum(fates.values())
    rows: list[Sequence[str]] = [
        (about, *_share(fates.get(fate, 0), total)) for fate, about in _FATES.items()
    ]
    out.print(table(("sentences", "", ""), rows))
    write()
    copies = [(kind, f"{rejected} of {of}", "") for kind, rejected, of in scores.copies]
    copies.append(("all", "{} of {}".format(*scores.rejected), ""))
    out.print(table(("exchanged copies rejected", "", ""), copies))
    write()
    instead = sum(n for fallback, n in scores.fallbacks if fallback != "none")
    reasons = ", ".join(f"{fallback} {n}" for fallback, n in scores.fallbacks if fallback != "none")
    write(
        f"{count(scores.asked, 'question')}, of which the model was asked {scores.written:,}; "
        f"the archive's own sentences answered {instead:,}" + (f" ({reasons})" if reasons else "")
    )
    write(
        f"invented citations {scores.invented_ids:,}, invented quotations "
        f"{scores.invented_quotations:,}"
    )
    if scores.prompt_tokens is not None and scores.completion_tokens is not None:
        cost = f", {scores.cost:.4f} US dollars" if scores.cost is not None else ""
        write(f"{scores.prompt_tokens:,} tokens read, {scores.completion_tokens:,} written{cost}")


def _share(number: int, total: int) -> tuple[str, str]:
    return f"{number:,}", f"{100 * number / total:.0f} %" if total else ""
