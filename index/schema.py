"""The tables of an archive's database: the truth that all else is derived from.

`articles.changed` holds the number of the archive's last change that touched
the article, so "what is new since N" is one indexed query: the derived
indexes replay it, and replaying twice does no harm.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION = 1

metadata = MetaData()

# schema version, embedder identity, the last change number
meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, nullable=False),  # the current one
    Column("live", Integer, nullable=False),  # 0: unpublished
    Column("changed", Integer, nullable=False, index=True),
    Column("url", Text),
    Column("source", Text),
    Column("source_folded", Text, index=True),  # for filters: SQLite folds ASCII alone
    Column("author", Text),
    Column("section", Text),
    Column("section_folded", Text, index=True),
    Column("language", String),
    Column("published", String),  # ISO 8601 with the publisher's zone
    Column("published_day", Integer, index=True),  # date.toordinal(), for filters
    Column("modified", String),
    Column("original", String, index=True),  # article id: this is a copy of it
    Column("fingerprint", String, nullable=False, index=True),  # of text and metadata
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", String, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("headings", Text, nullable=False),  # JSON: [[start, end], ...]
    Column("modified", String),
    Column("recorded", String, nullable=False),
)

# what stood on the page and is not the story; never indexed, never cited
asides = Table(
    "asides",
    metadata,
    Column("article_id", String, ForeignKey("articles.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("label", String, nullable=False),
    Column("text", Text, nullable=False),
)

# every address under which an article was seen, and what was seen there
addresses = Table(
    "addresses",
    metadata,
    Column("address", Text, primary_key=True),  # URL, or the source's own name for a page
    Column("article_id", String, ForeignKey("articles.id"), nullable=False, index=True),
    Column("seen", String, nullable=False),  # hash of the raw page
    Column("etag", Text),
    Column("last_modified", Text),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),  # the id in FAISS
    Column("id", String, nullable=False, unique=True),
    Column("article_id", String, ForeignKey("articles.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Text),
    Column("vector", LargeBinary, nullable=False),  # float16
    sqlite_autoincrement=True,  # a key is never used twice
)

# bands of the articles' MinHash sketches, to find near-copies
bands = Table(
    "bands",
    metadata,
    Column("band", Integer, primary_key=True),
    Column("article_id", String, ForeignKey("articles.id"), primary_key=True),
)
Index("bands_by_article", bands.c.article_id)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("answer_id", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("helpful", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)
feedback_by_answer = Index("feedback_by_answer", feedback.c.answer_id)
