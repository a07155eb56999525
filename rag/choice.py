"""A choice of questions, offered in the place of an answer to a vague one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from index.archive import Archive
from index.types import Filters
from rag import refuse, vague
from rag.assemble import Drafted
from rag.draft import Draft
from rag.find import Finding
from rag.types import Asks

_READINGS = 3  # of a vague question, offered to choose from,
_OFFERED = 5  # of so many tried


def choice(
    archive: Archive, drafted: Drafted, holds: Callable[[str], bool], filters: Filters = Filters()
) -> Drafted | None:
    """For a question that may mean several things: some of them, each of which is answered.

    `holds` says whether a question is; they are about what `filters` let through.
    None where there is nothing to choose from.
    """
    finding = drafted.finding
    if not _is_vague(archive, finding):
        return None
    searched = finding.question.searched
    offered = vague.readings(archive, searched, finding.terms, finding.hits, _OFFERED, filters)
    readings = tuple(islice(filter(holds, offered), _READINGS))
    if len(readings) < 2:
        return None
    return Drafted(drafted.text, finding, Draft(), refuse.too_vague(readings))


def _is_vague(archive: Archive, finding: Finding) -> bool:
    """Whether it is. One for the newest on a subject is not: it has an answer."""
    question, telling = finding.question, finding.terms
    return (
        question.asks is Asks.FACT
        and (not question.latest or vague.says_nothing(telling))
        and any(letter.isalpha() for letter in question.searched)
        and vague.is_vague(archive, question.searched, telling, finding.hits)
    )
