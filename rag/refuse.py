"""Saying that the archive does not know, why, and what comes nearest."""

from __future__ import annotations

from index.archive import Archive
from index.types import Filters
from rag.cite import story
from rag.find import Finding
from rag.types import Refusal, RefusalKind
from rag.understand import in_words

THRESHOLD = 0.54  # of the probability below which an answer is refused
_NEAREST = 3  # stories offered with a refusal
_NEAR_ENOUGH = 0.25  # cosine; what is farther has nothing to do with the question


def refuse(archive: Archive, finding: Finding, given: Filters = Filters()) -> Refusal:
    """The kind of refusal that the evidence calls for, with the nearest stories.

    `given` are those of the question's filters that were not read from its words.
    """
    filters = finding.question.filters
    # By meaning alone: shared words have just been found not to be enough.
    near = sorted(
        (hit for hit in finding.hits if (hit.dense or 0.0) >= _NEAR_ENOUGH),
        key=lambda hit: -(hit.dense or 0.0),
    )
    nearest = tuple({h.article.id: story(h.article) for h in near}.values())[:_NEAREST]
    if archive.passages == 0:
        return Refusal(RefusalKind.EMPTY_ARCHIVE, "There are no articles in this archive yet.", ())
    if finding.coverage.articles == 0:
        return Refusal(
            RefusalKind.OUTSIDE_FILTERS,
            _holds_none(filters),
            (),
        )
    if not finding.terms:
        return Refusal(
            RefusalKind.NOT_UNDERSTOOD,
            "There is no word in this question that could be searched for.",
            (),
        )
    if finding.teased:
        return Refusal(
            RefusalKind.ONLY_TEASED,
            f"{_does_not_hold(given)} this story. It is only mentioned in passing, in a teaser "
            "beside other articles, and that is not enough to answer from.",
            nearest,
        )
    if filters:
        return Refusal(
            RefusalKind.OUTSIDE_FILTERS,
            f"Nothing in {_searched(filters)} answers this.",
            nearest,
        )
    if not nearest:
        return Refusal(RefusalKind.OFF_TOPIC, "The archive has nothing on this subject.")
    return Refusal(RefusalKind.NOT_FOUND, "The archive does not hold an answer to this.", nearest)


def too_vague(readings: tuple[str, ...]) -> Refusal:
    """The refusal of a question that may mean several things, with some of them to choose from."""
    return Refusal(
        RefusalKind.TOO_VAGUE,
        "This may mean several things. Choose one, or ask more exactly.",
        readings=readings,
    )


def described(filters: Filters) -> str:
    """Such as "published 1 to 30 November 2024, from AnewZ, in World"; "" for all articles."""
    parts = []
    if filters.after or filters.before:
        parts.append(f"published {in_words(filters.after, filters.before)}")
    if filters.sources:
        parts.append("from " + " or ".join(filters.sources))
    if filters.sections:
        parts.append("in " + " or ".join(filters.sections))
    return ", ".join(parts)


def _searched(filters: Filters) -> str:
    """The articles that were looked into: "this article", "the articles in World"."""
    if len(filters.articles) == 1:
        return "this article"
    return " ".join(filter(None, ("the articles", described(filters) or "searched")))


def _holds_none(filters: Filters) -> str:
    """That no article passes the filters."""
    told = described(filters)
    if not filters.articles:
        return f"The archive holds no articles {told}."
    if len(filters.articles) == 1:
        return f"This article is not one {told}." if told else "The archive has no such article."
    return f"None of these articles is one {told}." if told else "The archive has none of these."


def _does_not_hold(given: Filters) -> str:
    """ "The archive does not hold", of so much of it as may be looked at."""
    if not given:
        return "The archive does not hold"
    if len(given.articles) == 1:
        return "This article does not tell"
    return f"T{_searched(given)[1:]} do not hold"
