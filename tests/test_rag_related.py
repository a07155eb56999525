"""Articles that belong together."""

from __future__ import annotations

from rag import Assistant, Filters
from tests.rag_asked import titled


def test_related_articles_are_of_the_same_story_and_come_after_its_own(
    assistant: Assistant,
) -> None:
    flood = titled(assistant, "Company should lose Hollin Dam")
    ids = assistant.related(flood.id)
    assert ids[0] == flood.id
    heads = assistant.archive.headlines(ids)
    assert set(heads) == set(ids)
    first = [heads[each].title for each in ids[1:5]]
    assert len(first) == 4
    assert all("Hollin" in title for title in first)
    assert assistant.related(flood.id, count=2) == ids[:2]
    assert assistant.related(flood.id, count=0) == assistant.related("nothing") == ()


def test_of_an_article_and_its_copies_one_is_related(assistant: Assistant) -> None:
    archive = assistant.archive
    originals = [head.id for head in archive.newest(99)]
    copied = archive.copies(originals)
    assert copied, "no copies in the sample: nothing was tested"
    for each in [*originals[:8], *copied, *(c.id for group in copied.values() for c in group)]:
        heads = archive.headlines(assistant.related(each))
        roots = [head.original or head.id for head in heads.values()]
        assert len(roots) == len(set(roots))


def test_related_articles_are_within_the_filters(assistant: Assistant) -> None:
    flood = titled(assistant, "Company should lose Hollin Dam")
    own = Filters(sources=(flood.source or "",))
    ids = assistant.related(flood.id, filters=own)
    heads = assistant.archive.headlines(ids)
    assert len(ids) > 1
    assert {head.source for head in heads.values()} == {flood.source}
    assert assistant.related(flood.id, filters=Filters(sources=("Nobody",))) == ()
