"""A language model is given the whole of each passage, whatever stands before or after it."""

from __future__ import annotations

from pathlib import Path

from rag import Assistant
from rag.corrections import correction
from rag.draft import draft
from rag.llm.passages import sources


def test_a_passage_is_as_long_as_it_is_and_loses_headings_alone(sample_archive: Path) -> None:
    with Assistant.open(sample_archive) as assistant:
        archive = assistant.archive
        seen = after_heading = 0
        for question in ("Who should lose the Hollin Dam?", "How late was the Hollin siren?"):
            finding = assistant.find(question)
            for source in sources(finding, draft(finding)):
                passage = source.hit.passage
                article = archive.article(source.hit.article.id)
                assert article is not None
                body = article.body[passage.start : passage.end]
                assert len(source.context.text) == len(body)
                if correction(article) is not None:
                    continue  # its note is left out too, having to name what was wrong
                assert len(source.context.text.split()) > 0.8 * len(body.split())
                seen += 1
                after_heading += any(h.end <= passage.start for h in article.headings)
        assert seen > 5
        assert after_heading > 1
