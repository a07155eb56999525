"""The example questions that are shown to readers: those that are sure to be answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice

from index.archive import Archive
from index.types import Filters
from rag import examples
from rag.answering import Answering
from rag.types import Answer

_DRAWN = 3  # for each that is wanted: some are not answered
_MOST = 100  # different filters whose examples are remembered: one for each site, mostly


@dataclass(slots=True)
class _Known:
    """Some examples: the change of the archive they are of, those drawn, those answered."""

    change: int | None = None
    drawn: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    drawing: threading.Lock = field(default_factory=threading.Lock)


class Examples:
    """Draws example questions and keeps those that are answered. Safe to share between threads.

    They are drawn anew when the archive changes, and asked anew where others
    are drawn. Each costs as much as answering it, so one thread does that for
    all who want the same; the others are given those of before, or wait.
    """

    def __init__(self, archive: Archive, answering: Answering) -> None:
        self._archive = archive
        self._answering = answering
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, Filters], _Known] = OrderedDict()

    def answered(self, n: int, filters: Filters = Filters()) -> tuple[str, ...]:
        """At most `n` questions about articles that the filters let through."""
        with self._lock:
            known = self._known.setdefault((n, filters), _Known())
            self._known.move_to_end((n, filters))
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        change = self._archive.change
        if known.change == change:
            return known.found
        if not known.drawing.acquire(blocking=known.change is None):
            return known.found
        try:
            if known.change != change:
                drawn = examples.draw(self._archive, _DRAWN * n, filters)
                if drawn != known.drawn:
                    answered = (q for q in drawn if self._is_answered(q, filters))
                    known.found = tuple(islice(answered, n))
                    known.drawn = drawn
                known.change = change
            return known.found
        finally:
            known.drawing.release()

    def _is_answered(self, example: str, filters: Filters) -> bool:
        for event in self._answering.stream(example, filters=filters, infer=False):
            if isinstance(event, Answer):
                whom = examples.about_whom(example) or ""
                return event.refusal is None and whom in event.text
        return False
