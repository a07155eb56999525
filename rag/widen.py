"""A search within the dates and outlets that a question names, and beyond them where need be."""

from __future__ import annotations

from dataclasses import replace

from index.types import Filters
from rag.find import Finder, Finding
from rag.timeline import subject_of
from rag.types import Asks
from rag.understand import Understood


def widening(finder: Finder, understood: Understood, filters: Filters, threshold: float) -> Finding:
    """What is found for a question; looked for everywhere if its own words narrowed it in vain.

    `filters` are the reader's own, which always hold; `threshold` is the
    confidence from which a question is answered.
    """
    question, sought = understood.question, understood.sought
    wide = question.asks is Asks.TIMELINE
    if wide:
        sought = subject_of(sought)
    finding = finder.find(question, sought, also=understood.also, wide=wide, given=filters)
    if not understood.inferred or finding.confidence >= threshold:
        return finding
    # A date may be when it happened and not when it was printed: look everywhere. The
    # answer then has to be good; if it is not, the narrower search's refusal is given.
    kept = tuple(n for n in question.notes if not n.startswith(("dates:", "from:")))
    anywhere = replace(question, filters=filters, notes=kept)
    text = subject_of(question.searched) if wide else question.searched
    wider = finder.find(anywhere, text, also=understood.also, wide=wide, given=filters)
    return wider if wider.confidence >= threshold else finding
