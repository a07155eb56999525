"""What is told of a comparison: Markdown for eval/BENCHMARKS.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.bench.peers.types import Against, PeersResult, SetScores, Standing
from eval.figures import three

_MEGABYTE = 1_000_000


def section(result: PeersResult) -> list[str]:
    """The lines of a section, without its heading."""
    return [
        _given(result),
        "",
        *_table(
            ("", *(f"{each.title} {each.version}" for each in result.standings)),
            _figures(result.standings),
        ),
        "",
        "Byline against each, medians of the ratios within a round:",
        "",
        *_table(
            ("", "indexing", "latency", "by processor time", "recall@10", "hit@1"),
            [_ratios(each) for each in result.against],
        ),
        "",
        *(f"- {each.title}: {each.reason}" for each in result.against if each.reason),
        *(f"- {each.title} was left out: {each.reason}" for each in result.left_out),
        "",
        "Set-ups:",
        "",
        *(f"- {each.title} {each.version}: {each.setup}." for each in result.standings),
    ]


def _given(result: PeersResult) -> str:
    told = (
        f"{result.articles:,} articles, {result.questions:,} questions ({', '.join(result.sets)}), "
        f"{result.depth} passages searched for; medians of {result.rounds} "
        f"{'round' if result.rounds == 1 else 'rounds'}, one contestant at a time and the order "
        "turned from round to round; what is kept in memory is asked by the process that indexed; "
        f"{result.cores} cores"
    )
    if result.load is None:
        return f"{told}."
    return f"{told}, load average {result.load[0]:.1f} before and {result.load[1]:.1f} after."


def _figures(standings: Sequence[Standing]) -> list[list[str]]:
    return [
        ["articles a second", *(f"{each.articles_per_second:.1f}" for each in standings)],
        [
            "processor time an article, ms",
            *(f"{each.busy_ms_per_article:.0f}" for each in standings),
        ],
        ["passages", *(f"{each.passages:,}" for each in standings)],
        ["question to hits, ms: median", *(f"{each.latency_ms:.1f}" for each in standings)],
        ["95th percentile", *(f"{each.latency_p95_ms:.1f}" for each in standings)],
        [
            "processor time a question, ms",
            *(f"{each.busy_ms_per_question:.1f}" for each in standings),
        ],
        ["recall@10", *(three(each.recall_at_10) for each in standings)],
        ["hit@1", *(three(each.hit_at_1) for each in standings)],
        *_by_set(standings),
        ["memory, MB: most", *(_megabytes(each.peak_bytes) for each in standings)],
        ["when answering", *(_megabytes(each.answering_bytes) for each in standings)],
    ]


def _by_set(standings: Sequence[Standing]) -> list[list[str]]:
    columns: list[tuple[SetScores, ...]] = list(zip(*(s.sets for s in standings), strict=True))
    if len(columns) < 2:
        return []
    return [
        [
            f"{column[0].name} ({column[0].questions}), recall@10 and hit@1",
            *(f"{three(each.recall_at_10)} {three(each.hit_at_1)}" for each in column),
        ]
        for column in columns
    ]


def _ratios(each: Against) -> list[str]:
    return [
        each.title,
        f"{each.indexing:.2f} times",
        f"{each.latency:.2f} times",
        f"{each.indexing_busy:.2f} and {each.latency_busy:.2f}",
        f"{each.recall_difference:+.3f}",
        f"{each.hit_difference:+.3f}",
    ]


def _megabytes(value: int | None) -> str:
    return "-" if value is None else f"{value / _MEGABYTE:,.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
