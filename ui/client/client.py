"""The HTTP API as methods."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal, Self, cast
from urllib.parse import quote

import httpx

from index.types import Filters
from rag.schema import AnswerJson
from rag.types import Turn
from ui.api.replies import (
    AboutReplyJson,
    ArticleReplyJson,
    SearchReplyJson,
    VerifyReplyJson,
)
from ui.client.errors import Busy, ClientError, QuotaReached, Unreachable, error_of
from ui.client.events import Told, events, turn

_TIMEOUT = 60.0  # seconds without a byte; a stream tells at least every ten that it is alive
_PAUSE = 1.0  # seconds, where the server names no time to come back


class Client:
    """A server's API at `url`, the address that its readers see it under.

    `site` is a private site's key and `token` what that site's own server signed
    for a visitor; without them the server has to be open to programs. A key alone
    is worth nothing outside of its site's pages, so it raises ValueError. `patience` is
    for how many seconds in all a call may wait and ask again when it is told to
    come back later (429, 503); 0 raises at once. `timeout` is in seconds, without
    a byte. `transport` is httpx's, for tests and proxies.

    It and every method raise ClientError, by kind: see `ui.client.errors`. Close the
    client, or use it with `with`.
    """

    def __init__(
        self,
        url: str,
        site: str | None = None,
        token: str | None = None,
        *,
        patience: float = 0.0,
        timeout: float = _TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if site is not None and token is None:
            raise ValueError(
                "a site's key holds on its pages alone: a program needs a token of a private "
                "site with it (token=...), or no key on a server that is open to programs"
            )
        headers = {"Accept": "application/json"}
        if site is not None:
            headers["Byline-Site"] = site
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._patience = patience
        try:
            self._http = httpx.Client(
                base_url=f"{url.rstrip('/')}/v1/",
                headers=headers,
                timeout=timeout,
                transport=transport,
            )
        except httpx.InvalidURL as error:
            raise Unreachable(f"This is no address: {error}") from error

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
        scope: Mapping[str, str] | None = None,
    ) -> AnswerJson:
        """The answer, or the refusal: `answer["answered"]` says which.

        `history` are the exchanges before it, `turn(answer)` each. `scope` limits
        it to what an article is about: {"url": ..., "within": "article"}.
        """
        body = _question(question, history, filters, scope, infer=infer)
        return cast("AnswerJson", self._json("POST", "ask", json=body)["answer"])

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
        scope: Mapping[str, str] | None = None,
    ) -> Iterator[Told]:
        """The same as it is made; the last event is `Done`.

        Closing the iterator ends the work on the answer.
        """
        body = _question(question, history, filters, scope, infer=infer) | {"stream": True}
        with self._reply("POST", "ask", json=body) as reply:
            yield from events(reply.iter_lines())

    def search(
        self, query: str, *, count: int = 10, filters: Filters = Filters()
    ) -> SearchReplyJson:
        """The passages that come nearest to `query`, best first."""
        asked = {"q": query, "count": count, **_named(filters)}
        return cast("SearchReplyJson", self._json("GET", "search", params=asked))

    def article(
        self,
        article_id: str,
        *,
        version: int | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> ArticleReplyJson:
        """An article or, with a citation's `version`, `start` and `end`, what is around it."""
        asked = {"version": version, "start": start, "end": end}
        params = {name: value for name, value in asked.items() if value is not None}
        path = f"articles/{quote(article_id, safe='')}"
        return cast("ArticleReplyJson", self._json("GET", path, params=params))

    def verify(self, text: str, *, filters: Filters = Filters()) -> VerifyReplyJson:
        """Each sentence of anybody's text, held against the archive."""
        body = {"text": text, "filters": _filters(filters)}
        return cast("VerifyReplyJson", self._json("POST", "verify", json=body))

    def feedback(self, answer: AnswerJson, *, helpful: bool, reason: str = "") -> None:
        """Keep what a reader thought of an answer."""
        body = {
            "answer_id": answer["id"],
            "question": answer["question"]["text"],
            "answer": turn(answer).answer,
            "confidence": answer["confidence"],
            "helpful": helpful,
            "reason": reason,
        }
        with self._reply("POST", "feedback", json=body):
            pass

    def about(self) -> AboutReplyJson:
        """What the archive holds, and questions that it answers."""
        return cast("AboutReplyJson", self._json("GET", "site"))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _json(self, method: Literal["GET", "POST"], path: str, **request: Any) -> dict[str, Any]:
        with self._reply(method, path, **request) as reply:
            reply.read()
            found = _object(reply)
        if found is None:
            raise Unreachable(f"This is no Byline server's reply: {reply.headers.get('server')!r}.")
        return found

    @contextmanager
    def _reply(
        self, method: Literal["GET", "POST"], path: str, **request: Any
    ) -> Iterator[httpx.Response]:
        """A reply that is no error, open. Asks again for as long as there is patience."""
        until = time.monotonic() + self._patience
        while True:
            try:
                with self._http.stream(method, path, **request) as reply:
                    if reply.is_success:
                        yield reply
                        return
                    reply.read()
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unreachable(f"{self._http.base_url.host}: {error}") from error
            failed = _error(reply)
            pause = _PAUSE if failed.retry_after is None else failed.retry_after
            patient = isinstance(failed, Busy | QuotaReached)
            if not patient or time.monotonic() + pause > until:
                raise failed
            time.sleep(pause)


def _question(
    question: str,
    history: Sequence[Turn],
    filters: Filters,
    scope: Mapping[str, str] | None,
    *,
    infer: bool,
) -> dict[str, Any]:
    return {
        "question": question,
        "history": [
            {"question": each.question, "searched": each.searched, "answer": each.answer}
            for each in history
        ],
        "filters": _filters(filters),
        "infer": infer,
        "scope": dict(scope) if scope is not None else None,
    }


def _filters(filters: Filters) -> dict[str, Any]:
    if filters.articles:
        raise ValueError("the API filters by no article's id: use `scope`")
    return {
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "sources": list(filters.sources),
        "sections": list(filters.sections),
    }


def _named(filters: Filters) -> dict[str, Any]:
    """The same as parameters of an address."""
    found = _filters(filters)
    named = {
        "after": found["after"],
        "before": found["before"],
        "source": found["sources"],
        "section": found["sections"],
    }
    return {name: value for name, value in named.items() if value}


def _error(reply: httpx.Response) -> ClientError:
    said = reply.headers.get("retry-after", "")
    later = float(said) if said.isascii() and said.isdigit() else None
    return error_of(_object(reply) or {}, reply.status_code, later)


def _object(reply: httpx.Response) -> dict[str, Any] | None:
    try:
        found = json.loads(reply.content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
