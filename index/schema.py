"""The tables of an archive's database: the truth that all else is derived from.

`articles.changed` holds the number of the archive's last change that touched
the article, so "what is new since N" is one indexed query: the derived
indexes replay it, and replaying twice does no harm. The same tables lie in
SQLite and in PostgreSQL.
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
    Table,
)

from index.columns import Chars, Counter, Name

SCHEMA_VERSION = 1

metadata = MetaData()

# schema version, embedder identity, the last change number
meta = Table(
    "meta",
    metadata,
    Column("key", Chars, primary_key=True),
    Column("value", Chars, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Chars, primary_key=True),
    Column("version", Integer, nullable=False),  # the current one
    Column("live", Integer, nullable=False),  # 0: unpublished
    Column("changed", Counter, nullable=False, index=True),
    Column("url", Chars),
    Column("source", Chars),
    # for filters: SQLite folds ASCII alone, PostgreSQL as its locale has it
    Column("source_folded", Name, index=True),
    Column("author", Chars),
    Column("section", Chars),
    Column("section_folded", Name, index=True),
    Column("language", Chars),
    Column("published", Chars),  # ISO 8601 with the publisher's zone
    Column("published_day", Integer, index=True),  # date.toordinal(), for filters
    Column("modified", Chars),
    Column("original", Chars, index=True),  # article id: this is a copy of it
    Column("fingerprint", Chars, nullable=False, index=True),  # of text and metadata
)

# as `newest` orders them; SQLite does as well with the index on the day
Index("articles_newest_first", articles.c.published_day.desc().nulls_last(), articles.c.id).ddl_if(
    dialect="postgresql"
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", Chars, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Chars, nullable=False),
    Column("body", Chars, nullable=False),
    Column("headings", Chars, nullable=False),  # JSON: [[start, end], ...]
    Column("modified", Chars),
    Column("recorded", Chars, nullable=False),
)

# what stood on the page and is not the story; never indexed, never cited
asides = Table(
    "asides",
    metadata,
    Column("article_id", Chars, ForeignKey("articles.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("label", Chars, nullable=False),
    Column("text", Chars, nullable=False),
)

# every address under which an article was seen, and what was seen there
addresses = Table(
    "addresses",
    metadata,
    Column("address", Name, primary_key=True),  # URL, or the source's own name for a page
    Column("article_id", Chars, ForeignKey("articles.id"), nullable=False, index=True),
    Column("seen", Chars, nullable=False),  # hash of the raw page
    Column("etag", Chars),
    Column("last_modified", Chars),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Counter, primary_key=True, autoincrement=True),  # the id in FAISS
    Column("id", Chars, nullable=False, unique=True),
    Column("article_id", Chars, ForeignKey("articles.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Chars),
    Column("vector", LargeBinary, nullable=False),  # float16
    sqlite_autoincrement=True,  # a key is never used twice
)

# bands of the articles' MinHash sketches, to find near-copies
bands = Table(
    "bands",
    metadata,
    Column("band", Counter, primary_key=True),
    Column("article_id", Chars, ForeignKey("articles.id"), primary_key=True),
)
Index("bands_by_article", bands.c.article_id)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Chars, nullable=False),
    Column("answer_id", Chars, nullable=False),
    Column("question", Chars, nullable=False),
    Column("answer", Chars, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("helpful", Integer, nullable=False),
    Column("reason", Chars, nullable=False),
)
feedback_by_answer = Index("feedback_by_answer", feedback.c.answer_id)

# articles that a search server is still to be told of; none where there is no such server
pending = Table(
    "pending",
    metadata,
    Column("article_id", Chars, ForeignKey("articles.id"), primary_key=True),
    Column("change", Counter, nullable=False, index=True),
)
