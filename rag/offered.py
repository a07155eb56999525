"""The example questions that are shown to readers: those that are sure to be answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from itertools import islice

from index.archive import Archive
from index.types import Filters
from rag import examples
from rag.answering import Answering
from rag.types import Answer

_DRAWN = 3  # for each that is wanted: some are not answered
_MOST = 100  # different filters whose examples are remembered: one for each site, mostly


class Examples:
    """Draws example questions and keeps those that are answered. Safe to share between threads.

    They are drawn anew when the archive changes, and asked anew where others
    are drawn. Each costs as much as answering it.
    """

    def __init__(self, archive: Archive, answering: Answering) -> None:
        self._archive = archive
        self._answering = answering
        self._lock = threading.Lock()
        # by how many and which: the change they are of, those drawn, those of them answered
        self._known: OrderedDict[
            tuple[int, Filters], tuple[int, tuple[str, ...], tuple[str, ...]]
        ] = OrderedDict()

    def answered(self, n: int, filters: Filters = Filters()) -> tuple[str, ...]:
        """At most `n` questions about articles that the filters let through."""
        change = self._archive.change
        known = self._known.get((n, filters))
        if known is not None and known[0] == change:
            return known[2]
        drawn = examples.draw(self._archive, _DRAWN * n, filters)
        if known is not None and known[1] == drawn:
            found = known[2]
        else:
            found = tuple(islice((q for q in drawn if self._is_answered(q, filters)), n))
        with self._lock:
            self._known[n, filters] = (change, drawn, found)
            self._known.move_to_end((n, filters))
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found

    def _is_answered(self, example: str, filters: Filters) -> bool:
        for event in self._answering.stream(example, filters=filters, infer=False):
            if isinstance(event, Answer):
                whom = examples.about_whom(example) or ""
                return event.refusal is None and whom in event.text
        return False
