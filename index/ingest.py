"""Pages in: read, compared with the archive, cut, embedded, committed.

Articles are embedded in batches, and committed one by one, each in its own
transaction, while the next are read and embedded. What one page holds never
stops the others: a page that cannot be read is counted with its reason. Stopped
at any moment, what is committed is good, and the next run goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from index import copies, linking
from index.beside import begun
from index.deciding import Action, Decision, decide
from index.drafts import Draft, address_of, draft, page_hash
from index.embed import Embedder, Vectors
from index.errors import BylineError
from index.extract import MAX_PAGE_BYTES, check
from index.passages import cut, embedding_text
from index.records import Entry
from index.schema import addresses
from index.summary import Summary, Tally
from index.types import NotModified, Page, Passage, Skip, SkipReason
from index.writer import ArchiveWriter

log = logging.getLogger(__name__)

_BATCH = 512  # passages embedded together

Report = Callable[[Summary], None]
"""Called after each page, and each article that is committed, with the counts so far."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """An article that is to be put, cut but not yet embedded."""

    found: Draft
    runs: tuple[Passage, ...]
    decision: Decision
    settled: bool  # whether this run had met it before


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles whose passages are being embedded; `vectors` waits for all of theirs."""

    pending: tuple[_Pending, ...]
    vectors: Callable[[], Vectors]


class Ingest:
    """Feeds pages into an open archive. Use `run` once per source or all together.

    `since` is for a run that several share: `deciding.begun` when it began.
    """

    def __init__(
        self,
        writer: ArchiveWriter,
        embedder: Embedder,
        report: Report | None = None,
        *,
        since: int | None = None,
    ) -> None:
        self._writer = writer
        self._embedder = embedder
        self._report = report
        self._since = since
        self._tally = Tally()
        self._settled: set[str] = set()
        self._pending: dict[str, _Pending] = {}
        self._batch: _Batch | None = None

    def run(self, pages: Iterable[Page | Skip | NotModified]) -> Summary:
        """Take pages in until there are no more, or Ctrl-C. Returns all counts so far.

        Raises ArchiveError where the archive itself can no longer be written.
        """
        try:
            for page in pages:
                self._take(page)
                self._tell()
            self._flush()
        except KeyboardInterrupt:
            # What is pending was not committed; the next run reads it again.
            self._pending.clear()
            self._batch = None
            self._tally.interrupted = True
        self._tell()
        return self._tally.summary()

    def _tell(self) -> None:
        if self._report is not None:
            self._report(self._tally.summary())

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """The (ETag, Last-Modified) that a URL had when it was last read."""
        with self._writer.reading() as connection:
            return validators(connection, url)

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
        if self._under_way(found):
            self._flush()  # so that the archive can say what to do with it
        self._decide(page.origin, found)
        if sum(len(one.runs) for one in self._pending.values()) >= _BATCH:
            self._turn()
            self._writer.checkpoint_if_due()

    def _under_way(self, found: Draft) -> bool:
        """Whether this article, or one like it, is yet to be committed."""
        batch = self._batch.pending if self._batch is not None else ()
        return any(
            found.article.id == other.found.article.id
            or found.fingerprint == other.found.fingerprint
            for other in (*batch, *self._pending.values())
        )

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

    def _decide(self, origin: str, found: Draft) -> None:
        settled = found.article.id in self._settled
        with self._writer.reading() as connection:
            decision = decide(connection, found, settled, self._since)
        self._settled.add(found.article.id)
        if decision.action is Action.PUT:
            self._enqueue(found, decision, settled)
        else:
            self._settle(origin, found, decision)

    def _settle(self, origin: str, found: Draft, decision: Decision) -> None:
        """What is decided of an article that is not to be put."""
        if decision.action is Action.LEAVE:
            self._tally.skip(Skip(origin, SkipReason.UNPUBLISHED))
            return
        self._writer.remember(decision.article_id, found.address)
        if decision.known:
            self._tally.unchanged += 1
        else:
            self._tally.same += 1

    def _enqueue(self, found: Draft, decision: Decision, settled: bool) -> None:
        article = replace(found.article, version=decision.version)
        runs = cut(article, self._embedder)
        if not runs:
            self._tally.skip(Skip(found.address.address, SkipReason.NO_STORY, "no sentences"))
            return
        found = replace(found, article=article)
        self._pending[article.id] = _Pending(found, runs, decision, settled)

    def _flush(self) -> None:
        """Embed and commit all that is pending."""
        while self._pending or self._batch is not None:
            self._turn()

    def _turn(self) -> None:
        """Begin to embed what is pending, and commit what was embedded meanwhile."""
        batch, self._batch = self._batch, self._begun()
        if batch is None:
            return
        vectors = batch.vectors()
        at = 0
        for one in batch.pending:
            self._commit(one, vectors[at : at + len(one.runs)])
            at += len(one.runs)
            self._tell()

    def _begun(self) -> _Batch | None:
        pending, self._pending = tuple(self._pending.values()), {}
        if not pending:
            return None
        texts = [embedding_text(one.found.article, run) for one in pending for run in one.runs]
        return _Batch(pending, begun(lambda: self._embedder.embed_passages(texts)))

    def _commit(self, one: _Pending, vectors: Vectors) -> None:
        """Put it, or decide anew where another ingester has changed what was decided on."""
        article = one.found.article
        keys = copies.bands(copies.shingles(article.body))
        link = linking.Link()
        met = one.decision

        def entry(connection: Connection) -> Entry | None:
            nonlocal link, met
            met = decide(connection, one.found, one.settled, self._since)
            if met != one.decision:
                return None
            link = linking.find(connection, article, keys)
            return Entry(
                article=replace(article, original=link.original),
                passages=one.runs,
                vectors=vectors,
                asides=one.found.asides,
                bands=keys,
                fingerprint=one.found.fingerprint,
                addresses=(one.found.address,),
                claims=link.claims,
            )

        if not self._writer.put_if(entry):
            if met.action is Action.PUT:
                self._enqueue(one.found, met, one.settled)
            else:
                self._settle(one.found.address.address, one.found, met)
            return
        self._tally.passages += len(one.runs)
        self._tally.copies += (link.original is not None) + len(link.claims)
        if article.version == 1:
            self._tally.added += 1
        else:
            self._tally.updated += 1


def validators(connection: Connection, url: str) -> tuple[str | None, str | None]:
    """The (ETag, Last-Modified) that a URL had when it was last read."""
    query = select(addresses.c.etag, addresses.c.last_modified).where(addresses.c.address == url)
    row = connection.execute(query).first()
    return (row.etag, row.last_modified) if row else (None, None)


def _refused(content: bytes | str) -> SkipReason | None:
    """Why there is no need to look for a story in it."""
    if isinstance(content, bytes):
        return check(content)
    return SkipReason.TOO_LARGE if len(content) > MAX_PAGE_BYTES else None
