"""How well stories are found in pages, by the public benchmark's own measure.

The measure is that of scrapinghub/article-extraction-benchmark (evaluate.py,
MIT licence), written anew: two texts are compared as multisets of runs of
four words. What both hold is a true positive, what only the extractor gave a
false positive, what only the reference holds a false negative. The three are
divided by their sum, so that a long page weighs no more than a short one;
precision and recall are averaged over pages, and F1 is taken of the averages.

https://github.com/scrapinghub/article-extraction-benchmark
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from index.errors import NoStory
from index.extract import body_of, extract
from index.types import Page

SHINGLE = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ExtractionScores:
    """Averages over the pages of a benchmark; `accuracy` is word-for-word equality."""

    f1: float
    precision: float
    recall: float
    accuracy: float
    pages: int
    pages_per_second: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """The shingles of one page: shared, only predicted, only in the reference."""

    shared: float
    extra: float
    missing: float

    @property
    def precision(self) -> float | None:
        """None when nothing was predicted: the benchmark leaves such pages out."""
        predicted = self.shared + self.extra
        return self.shared / predicted if predicted else None

    @property
    def recall(self) -> float | None:
        """None when there was nothing to find."""
        wanted = self.shared + self.missing
        return self.shared / wanted if wanted else None


def overlap(truth: str, predicted: str) -> Overlap:
    """Compare two texts by their shingles, as fractions of all of them."""
    wanted, got = _shingles(_words(truth)), _shingles(_words(predicted))
    shared = (wanted & got).total()
    extra, missing = got.total() - shared, wanted.total() - shared
    total = (shared + extra + missing) or 1
    return Overlap(shared / total, extra / total, missing / total)


def score(pairs: Sequence[tuple[str, str]], seconds: float) -> ExtractionScores:
    """Score (truth, predicted) texts that took `seconds` to predict."""
    overlaps = [overlap(truth, predicted) for truth, predicted in pairs]
    precision = _mean([o.precision for o in overlaps])
    recall = _mean([o.recall for o in overlaps])
    both = precision + recall
    return ExtractionScores(
        f1=2 * precision * recall / both if both else 0.0,
        precision=precision,
        recall=recall,
        accuracy=_mean([float(_words(truth) == _words(found)) for truth, found in pairs]),
        pages=len(pairs),
        pages_per_second=len(pairs) / seconds if seconds > 0 else 0.0,
    )


def measure(
    directory: Path, progress: Callable[[int, int], None] | None = None
) -> ExtractionScores:
    """Extract every page of a benchmark folder and score what was found.

    The folder holds `ground-truth.json`, {id: {"articleBody", "url"}}, and
    `html/ID.html.gz`. A page in which no story is found counts as empty text.
    Only extraction is timed. `progress` is told pages done and pages in all.
    """
    truth = json.loads((directory / "ground-truth.json").read_text(encoding="utf-8"))
    pairs: list[tuple[str, str]] = []
    seconds = 0.0
    for done, (name, entry) in enumerate(sorted(truth.items()), start=1):
        content = gzip.decompress((directory / "html" / f"{name}.html.gz").read_bytes())
        page = Page(origin=name, media="html", content=content, url=entry.get("url") or None)
        start = time.perf_counter()
        try:
            body, _ = body_of(extract(page).story)
        except NoStory:
            body = ""
        seconds += time.perf_counter() - start
        pairs.append((entry.get("articleBody") or "", body))
        if progress is not None:
            progress(done, len(truth))
    return score(pairs, seconds)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Runs of four words; a shorter text is one run of its own."""
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else range(0)
    return Counter(tuple(words[i : i + SHINGLE]) for i in starts)


def _mean(values: Sequence[float | None]) -> float:
    present = [value for value in values if value is not None]
    return fmean(present) if present else 0.0
