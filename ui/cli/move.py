"""`byline move`: an archive from a folder onto servers, or back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.console import line, out, say, write, write_json
from ui.cli.options import JsonOption

if TYPE_CHECKING:
    from index.location import Location
    from index.transfer import Copied
    from rag.agreement import Agreement
    from ui.cli.progress import Bar

SCHEMA = "byline.move/1"


def move(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The archive: a folder or an address.")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO",
            help="Where it is to go, and where no archive is yet: a folder, or "
            "postgresql://USER@HOST/DATABASE?milvus=http://HOST:19530.",
        ),
    ],
    check: Annotated[
        int,
        typer.Option(
            "--check", metavar="N", min=0, help="Questions that both are asked at the end."
        ),
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Copy an archive to another place, with its vectors: nothing is embedded again.

    FROM stays as it was, and nobody may write to it meanwhile. Stopped, the same command
    goes on from where it was. The sites that may embed the chat come along.
    """
    from index import move as moving
    from index.location import located
    from ui.cli.progress import Bar
    from ui.sites.moving import copy_sites

    there, here = located(source), located(target)
    sites = 0

    def bring_sites() -> None:
        nonlocal sites
        sites = copy_sites(there, here)

    with Bar() as bar:
        counts = moving.move(there, here, bar.step, beside=bring_sites)
        agreement = _compared(there, here, check, bar) if check else None
    if as_json:
        write_json(_to_json(there, here, counts, sites, agreement))
    else:
        _show(there, here, counts, sites, agreement)


def _compared(there: Location, here: Location, count: int, bar: Bar) -> Agreement:
    from datetime import UTC, datetime

    from rag.agreement import compare
    from rag.assistant import Assistant

    today = datetime.now(UTC).date()
    with (
        Assistant.open(there, today=today, progress=bar.step) as first,
        Assistant.open(here, today=today, progress=bar.step) as second,
    ):
        return compare(first, second, count, bar.step)


def _to_json(
    there: Location,
    here: Location,
    counts: tuple[Copied, ...],
    sites: int,
    agreement: Agreement | None,
) -> dict[str, Any]:
    """`byline.move/1`."""
    return {
        "schema": SCHEMA,
        "from": str(there),
        "to": str(here),
        "rows": {each.table: each.here for each in counts},
        "sites": sites,
        "questions": agreement.questions if agreement else 0,
        "differing": [
            {"question": each.question, "from": list(each.first), "to": list(each.second)}
            for each in (agreement.differing if agreement else ())
        ],
    }


def _show(
    there: Location,
    here: Location,
    counts: tuple[Copied, ...],
    sites: int,
    agreement: Agreement | None,
) -> None:
    held = {each.table: each.here for each in counts}
    write(
        f"{held['articles']:,} articles, {held['versions']:,} versions, {held['passages']:,} "
        f"passages and {sites:,} sites are in {line(str(here))} now, as many as in "
        f"{line(str(there))}."
    )
    if agreement is None:
        return
    if not agreement.differing:
        write(f"Both gave the same answer to each of {agreement.questions:,} questions.")
        return
    say(
        f"{len(agreement.differing):,} of {agreement.questions:,} questions were not answered "
        "alike. The archive is whole; the two engines rank a little differently, or a search "
        "server is still indexing:"
    )
    for each in agreement.differing:
        out.print(line(each.question), markup=False)
        for name, sentences in (("from", each.first), ("to", each.second)):
            out.print(f"  {name}: {line(' '.join(sentences) or 'refused')}", markup=False)
