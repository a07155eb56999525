"""The arithmetic: from runs to standings, and what stands between Byline and a peer."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

import numpy as np

from eval import metrics
from eval.bench.peers.collection import Asked
from eval.bench.peers.types import Against, Contestant, Run, SetScores, Standing

TIMES = 2.0  # as fast as each peer, in indexing and in latency, is what is aimed at
_LUCK = 0.005  # of recall: less is no difference that a reader could notice
_RANKED = 10


def standing(
    contestant: Contestant,
    version: str,
    runs: Sequence[Run],
    asked: Sequence[Asked],
    articles: int,
) -> Standing:
    """Medians over the rounds of what is measured; rankings are the last round's."""
    sets = tuple(_scores(name, runs[-1], asked) for name in dict.fromkeys(a.set for a in asked))
    resident = [run.answering_bytes for run in runs if run.answering_bytes is not None]
    return Standing(
        name=contestant.name,
        title=contestant.title,
        version=version,
        setup=contestant.setup,
        passages=runs[-1].passages,
        articles_per_second=articles / median(run.indexing_s for run in runs),
        busy_ms_per_article=1000 * median(run.indexing_busy_s for run in runs) / articles,
        latency_ms=median(median(run.latencies_ms) for run in runs),
        latency_p95_ms=median(float(np.percentile(run.latencies_ms, 95)) for run in runs),
        busy_ms_per_question=median(fmean(run.busy_ms) for run in runs),
        recall_at_10=fmean(each.recall_at_10 for each in sets),
        hit_at_1=fmean(each.hit_at_1 for each in sets),
        sets=sets,
        peak_bytes=int(median(run.peak_bytes for run in runs)),
        answering_bytes=int(median(resident)) if resident else None,
    )


def against(byline: Standing, own: Sequence[Run], peer: Standing, theirs: Sequence[Run]) -> Against:
    """Each round's ratio is of two runs that followed each other closely; their median counts.

    `own` and `theirs` are runs of the same rounds.
    """
    pairs = list(zip(own, theirs, strict=True))
    indexing = median(b.indexing_s / a.indexing_s for a, b in pairs)
    latency = median(median(b.latencies_ms) / median(a.latencies_ms) for a, b in pairs)
    indexing_busy = median(b.indexing_busy_s / a.indexing_busy_s for a, b in pairs)
    latency_busy = median(fmean(b.busy_ms) / fmean(a.busy_ms) for a, b in pairs)
    reason = " ".join(
        [
            *_slow(
                "indexes",
                indexing,
                indexing_busy,
                (byline.busy_ms_per_article, peer.busy_ms_per_article, "an article"),
            ),
            *_slow(
                "finds",
                latency,
                latency_busy,
                (byline.busy_ms_per_question, peer.busy_ms_per_question, "a question"),
            ),
            *_worse(byline, peer),
        ]
    )
    return Against(
        name=peer.name,
        title=peer.title,
        indexing=indexing,
        latency=latency,
        indexing_busy=indexing_busy,
        latency_busy=latency_busy,
        recall_difference=byline.recall_at_10 - peer.recall_at_10,
        hit_difference=byline.hit_at_1 - peer.hit_at_1,
        ahead=not reason,
        reason=reason or None,
    )


def _scores(name: str, run: Run, asked: Sequence[Asked]) -> SetScores:
    pairs = [(r, a) for r, a in zip(run.ranked, asked, strict=True) if a.set == name]
    return SetScores(
        name,
        len(pairs),
        fmean(
            metrics.hit_at(_RANKED, ranked, each.relevant)
            if each.one_will_do
            else metrics.recall_at(_RANKED, ranked, each.relevant)
            for ranked, each in pairs
        ),
        fmean(metrics.hit_at(1, ranked, each.relevant) for ranked, each in pairs),
    )


def _slow(does: str, times: float, busy: float, spent: tuple[float, float, str]) -> list[str]:
    if times >= TIMES:
        return []
    own, theirs, each = spent
    return [
        f"Byline {does} {times:.2f} times as fast, {TIMES:g} being aimed at; of the processors it "
        f"takes {own:.1f} ms for {each}, the peer {theirs:.1f} ms "
        f"({busy:.2f} times as much)."
    ]


def _worse(byline: Standing, peer: Standing) -> list[str]:
    behind = [
        f"{own.name} ({own.recall_at_10:.3f} against {other.recall_at_10:.3f})"
        for own, other in zip(byline.sets, peer.sets, strict=True)
        if own.recall_at_10 < other.recall_at_10 - _LUCK
    ]
    return [f"Recall@10 is lower on {', '.join(behind)}."] if behind else []
