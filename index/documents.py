"""What the word index holds of a passage, and of a teaser: rows made into tantivy's documents."""

from __future__ import annotations

from dataclasses import dataclass

from tantivy import Document

from index.analyze import PLAIN, STUB, STUBBED, cased, language_key, stubs


@dataclass(frozen=True, slots=True)
class TermDocument:
    """What is indexed of one passage."""

    key: int
    article_id: str
    text: str  # title, heading and passage
    about: str
    language: str | None
    source: str | None
    section: str | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Teaser:
    """What is indexed of a teaser: its text, and what filters see of the article beside it."""

    article_id: str
    text: str
    source: str | None = None
    section: str | None = None
    day: int | None = None


def passage_document(passage: TermDocument) -> Document:
    document = Document()
    document.add_unsigned("key", passage.key)
    document.add_text("article", passage.article_id)
    key = language_key(passage.language)
    document.add_text(f"text_{key}", cased(passage.text, key))
    if key in STUBBED:
        document.add_text(f"text_{STUB}", " ".join(stubs(passage.text)))
    document.add_text("about", cased(passage.about, PLAIN))
    _add_filtered(document, passage)
    return document


def teaser_document(teaser: Teaser) -> Document:
    document = Document()
    document.add_text("article", teaser.article_id)
    document.add_text("aside", teaser.text)
    _add_filtered(document, teaser)
    return document


def _add_filtered(document: Document, of: TermDocument | Teaser) -> None:
    """The fields that filters look at, beside the article's id."""
    if of.source:
        document.add_text("source", of.source.casefold())
    if of.section:
        document.add_text("section", of.section.casefold())
    if of.day is not None:
        document.add_integer("day", of.day)
