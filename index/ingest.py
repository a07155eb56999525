"""Pages in: read, compared with the archive, cut, embedded, committed.

Articles are embedded in batches and committed one by one, each in its own
transaction. What one page holds never stops the others: a page that cannot be
read is counted with its reason. Stopped at any moment, what is committed is
good, and the next run goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import Connection, select

from index import copies, linking, rows
from index.drafts import Draft, address_of, draft, page_hash
from index.embed import Embedder, Vectors
from index.errors import BylineError
from index.extract import MAX_PAGE_BYTES, check
from index.passages import cut, embedding_text
from index.records import Entry, highest_version
from index.schema import addresses, articles
from index.summary import Summary, Tally
from index.types import Article, NotModified, Page, Passage, Skip, SkipReason
from index.writer import ArchiveWriter

log = logging.getLogger(__name__)

_BATCH = 256  # passages embedded together

Report = Callable[[Summary], None]
"""Called after each page with the counts so far."""


class Ingest:
    """Feeds pages into an open archive. Use `run` once per source or all together."""

    def __init__(
        self, writer: ArchiveWriter, embedder: Embedder, report: Report | None = None
    ) -> None:
        self._writer = writer
        self._embedder = embedder
        self._report = report
        self._tally = Tally()
        self._settled: set[str] = set()
        self._pending: dict[str, tuple[Draft, tuple[Passage, ...]]] = {}

    def run(self, pages: Iterable[Page | Skip | NotModified]) -> Summary:
        """Take pages in until there are no more, or Ctrl-C. Returns all counts so far.

        Raises ArchiveError where the archive itself can no longer be written.
        """
        try:
            for page in pages:
                self._take(page)
                if self._report is not None:
                    self._report(self._tally.summary())
            self._flush()
        except KeyboardInterrupt:
            # What is pending was not committed; the next run reads it again.
            self._pending.clear()
            self._tally.interrupted = True
        if self._report is not None:
            self._report(self._tally.summary())
        return self._tally.summary()

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """The (ETag, Last-Modified) that a URL had when it was last read."""
        query = select(addresses.c.etag, addresses.c.last_modified).where(
            addresses.c.address == url
        )
        with self._writer.reading() as connection:
            row = connection.execute(query).first()
        return (row.etag, row.last_modified) if row else (None, None)

    def _take(self, page: Page | Skip | NotModified) -> None:
        if isinstance(page, Skip):
            self._tally.skip(page)
            return
        if isinstance(page, NotModified) or self._seen(page):
            self._tally.unchanged += 1
            return
        if (reason := _refused(page.content)) is not None:
            self._tally.skip(Skip(page.origin, reason))
            return
        try:
            found = draft(page)
        except BylineError as error:
            self._tally.skip(Skip(page.origin, SkipReason.NO_STORY, str(error)))
            return
        if found.article.id in self._pending or any(
            found.fingerprint == other.fingerprint for other, _ in self._pending.values()
        ):
            self._flush()  # so that the archive can say what to do with it
        self._decide(page, found)
        if sum(len(runs) for _, runs in self._pending.values()) >= _BATCH:
            self._flush()
            self._writer.checkpoint_if_due()

    def _seen(self, page: Page) -> bool:
        query = select(addresses.c.seen, addresses.c.article_id).where(
            addresses.c.address == address_of(page)
        )
        with self._writer.reading() as connection:
            row = connection.execute(query).first()
        if row is None or row.seen != page_hash(page):
            return False
        self._settled.add(row.article_id)
        return True

    def _decide(self, page: Page, found: Draft) -> None:
        with self._writer.reading() as connection:
            row = connection.execute(
                select(
                    articles.c.id,
                    articles.c.live,
                    articles.c.version,
                    articles.c.modified,
                    articles.c.fingerprint,
                ).where(articles.c.id == found.article.id)
            ).first()
            twin = None if row or found.record else _twin(connection, found)
            version = highest_version(connection, found.article.id) + 1
        if twin is not None:
            self._writer.remember(twin, found.address)
            self._tally.same += 1
        elif row is None:
            self._enqueue(found, 1)
        elif not row.live:
            self._tally.skip(Skip(page.origin, SkipReason.UNPUBLISHED))
        elif row.fingerprint == found.fingerprint:
            if found.address.address in self._addresses(row.id):
                self._tally.unchanged += 1
            else:
                self._tally.same += 1
            self._writer.remember(row.id, found.address)
        elif self._is_variant(found) and not _newer(found.article, row.modified):
            self._writer.remember(row.id, found.address)
            self._tally.same += 1
        else:
            self._enqueue(found, version)
        self._settled.add(found.article.id)

    def _is_variant(self, found: Draft) -> bool:
        """Whether it is the same page once more (AMP, a tracking link), not a newer state of it.

        The page at its canonical URL is the article; of saved files, which have
        no URL of their own, the first one in a run is.
        """
        if found.fetched_from is not None:
            return found.fetched_from != found.article.url
        return found.article.id in self._settled

    def _enqueue(self, found: Draft, version: int) -> None:
        article = replace(found.article, version=version)
        runs = cut(article, self._embedder)
        if not runs:
            self._tally.skip(Skip(found.address.address, SkipReason.NO_STORY, "no sentences"))
            return
        self._pending[article.id] = (replace(found, article=article), runs)

    def _flush(self) -> None:
        """Embed what is pending and commit it, article by article."""
        pending, self._pending = list(self._pending.values()), {}
        texts = [embedding_text(found.article, run) for found, runs in pending for run in runs]
        if not texts:
            return
        vectors = self._embedder.embed_passages(texts)
        at = 0
        for found, runs in pending:
            self._commit(found, runs, vectors[at : at + len(runs)])
            at += len(runs)

    def _commit(self, found: Draft, runs: tuple[Passage, ...], vectors: Vectors) -> None:
        article = found.article
        keys = copies.bands(copies.shingles(article.body))
        with self._writer.reading() as connection:
            link = linking.find(connection, article, keys)
        self._writer.put(
            Entry(
                article=replace(article, original=link.original),
                passages=runs,
                vectors=vectors,
                asides=found.asides,
                bands=keys,
                fingerprint=found.fingerprint,
                addresses=(found.address,),
                claims=link.claims,
            )
        )
        self._tally.passages += len(runs)
        self._tally.copies += (link.original is not None) + len(link.claims)
        if article.version == 1:
            self._tally.added += 1
        else:
            self._tally.updated += 1

    def _addresses(self, article_id: str) -> set[str]:
        query = select(addresses.c.address).where(addresses.c.article_id == article_id)
        with self._writer.reading() as connection:
            return set(connection.scalars(query))


def _refused(content: bytes | str) -> SkipReason | None:
    """Why there is no need to look for a story in it."""
    if isinstance(content, bytes):
        return check(content)
    return SkipReason.TOO_LARGE if len(content) > MAX_PAGE_BYTES else None


def _twin(connection: Connection, found: Draft) -> str | None:
    """An article that says the very same, from a page that has no URL to tell them apart."""
    article = found.article
    query = (
        select(articles.c.id)
        .where(articles.c.fingerprint == found.fingerprint, articles.c.live == 1)
        .where(articles.c.id != article.id)
        .limit(1)
    )
    return connection.scalar(query) if article.url is None else None


def _newer(article: Article, known: str | None) -> bool:
    before = rows.moment(known)
    return article.modified is not None and (before is None or article.modified > before)
