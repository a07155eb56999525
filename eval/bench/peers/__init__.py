"""Byline beside others that do the same work, on the same articles and questions.

contestants.py   who, and how each is set up
installing.py    an environment for each
collection.py    the articles and the questions
drivers/         what runs in each environment
process.py       a run in a process of its own
running.py       the rounds
comparing.py     the arithmetic
showing.py       what is told of it
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.bench.peers import running
from eval.bench.peers.collection import read
from eval.bench.peers.installing import default_work
from eval.bench.peers.showing import section
from eval.bench.peers.types import PeersResult
from eval.bench.registry import Given

ARTICLES = 2_000


def run(given: Given) -> PeersResult:
    """Install the peers, which takes a network once, and run them all in turn.

    `given.data` is a folder of benchmarks (`collection.read`); without it the sample
    is asked about. Raises SourceError and PeerFailed.
    """
    collection = read(given.data, given.articles or ARTICLES)
    work = given.work or default_work()
    if given.progress is None:
        return running.run(collection, work)
    return running.run(collection, work, progress=given.progress)


def lines(scores: PeersResult, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    return section(scores)
