"""Who calls: by which site's key, from which page, with whose token, and how often.

All of it is decided from a request's headers, before a byte of its body is
read and before anything behind is called. CORS only tells browsers what was
decided; a page that may not ask is refused here.
"""

from __future__ import annotations

from typing import Literal

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import Problem
from ui.sites import tokens
from ui.sites.keys import PREFIX
from ui.sites.origins import is_own, split
from ui.sites.quotas import Guesses, Over, Quotas
from ui.sites.replies import preflight, with_headers
from ui.sites.routes import INFO, Area, area, cost, route
from ui.sites.store import Sites
from ui.sites.types import Caller, Site
from ui.sites.visitors import Visitors

HEADER = "Byline-Site"
_READING = ("GET", "HEAD")


class Gate:
    """Puts the `Caller` into `request.state.caller`, or answers with a problem document.

    Under `api="open"` who names no site may ask too, from a program or the
    server's own pages; under "sites" only sites may, and readers on the page of the
    server's own chat, but no program as if it were one. `own_origins` are the
    addresses that the server itself is reached under, besides its `Host`, and
    others whose pages count as its own. `visitor_per_minute` is questions of one
    visitor who names no site; 0 is no limit.
    """

    def __init__(
        self,
        app: ASGIApp,
        sites: Sites | None = None,
        *,
        api: Literal["open", "sites"] = "open",
        own_origins: tuple[str, ...] = (),
        visitor_per_minute: int,
    ) -> None:
        self._app = app
        self._sites = sites
        self._open = api == "open"
        self._own_origins = {origin.rstrip("/").lower() for origin in own_origins}
        self._quotas = Quotas(visitor_per_minute=visitor_per_minute)
        self._guesses = Guesses()
        self._visitors = Visitors()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = route(scope)
        where = area(path)
        headers = Headers(scope=scope)
        bound = self._bound(headers)
        site: Site | None = None
        try:
            if scope["type"] != "http":
                raise Problem("not-found", 404, "There is nothing here.")
            if scope["method"] == "OPTIONS" and where in (Area.API, Area.DOCS):
                if bound is None:
                    raise _foreign()
                leave = with_headers(send, where, origin=bound, site=None)
                await preflight()(scope, receive, leave)
                return
            caller = self._admit(scope, path, headers)
            site = caller.site
            scope.setdefault("state", {})["caller"] = caller  # what is refused counts as its, too
            if over := self._quotas.take(caller, cost(scope["method"], path)):
                raise _too_often(over)
        except Problem as problem:
            reply = problem.response(request_id=request_id(scope), path=path)
            await reply(scope, receive, with_headers(send, where, origin=bound, site=None))
            return
        await self._app(scope, receive, with_headers(send, where, origin=bound, site=site))

    def _admit(self, scope: Scope, path: str, headers: Headers) -> Caller:
        """Who calls. Raises Problem for who may not."""
        where = area(path)
        visitor = self._visitors.by_address((scope.get("client") or ("",))[0])
        reading = scope["method"] in _READING
        if where is Area.STATIC and reading:
            return Caller(visitor)
        origin = _single(headers, "Origin")
        own = origin is None or self._is_own(origin, headers)
        if where in (Area.OTHER, Area.STATIC):
            if not own:
                raise _foreign()
            if not self._open and (path == INFO or (origin is None and not reading)):
                raise Problem("unauthorised", 401, "Only sites and this server's pages may ask.")
            return Caller(visitor, None, origin)
        key = _key(scope, headers)
        if where is Area.EMBED:
            if not own:
                raise _foreign()
            return Caller(visitor, self._site(key, visitor) if key else None, origin)
        if origin is None and where is not Area.DOCS and _from_elsewhere(headers):
            raise _foreign()
        if key is None:
            return self._without_key(visitor, where, origin, own=own)
        if not own and origin not in self._origins():
            raise _foreign()  # nor is it told whether it has the right key
        site = self._site(key, visitor)
        if site is None:
            raise Problem("unknown-site", 401, "There is no site with this key.")
        if origin is not None and not own and origin not in site.origins:
            raise _foreign()
        if site.private:
            return Caller(self._subject(site, headers), site, origin)
        if origin is None and not (reading and self._from_own_page(headers)):
            raise Problem(
                "foreign-origin", 403, "A site's key holds on its pages alone: no Origin was sent."
            )
        return Caller(visitor, site, origin)

    def _without_key(self, visitor: str, where: Area, origin: str | None, *, own: bool) -> Caller:
        if not own and origin not in self._origins():
            raise _foreign()
        if not own or not (self._open or where is Area.DOCS):
            raise Problem(
                "unauthorised", 401, f"Name your site by its key, in the header {HEADER}."
            )
        return Caller(visitor, None, origin)

    def _site(self, key: str, visitor: str) -> Site | None:
        if wait := self._guesses.wait(visitor):
            raise Problem(
                "quota", 429, "Too many wrong keys came from your address.", retry_after=wait
            )
        site = self._sites.by_key(key) if self._sites else None
        if site is None and not (self._sites and self._sites.was_key(key)):
            self._guesses.wrong(visitor)
        return site

    def _subject(self, site: Site, headers: Headers) -> str:
        """The visitor that a private site's token names."""
        token = _bearer(headers)
        secret = self._sites.secret(site.key) if self._sites else None
        if token is None or secret is None:
            raise _bad_token("This site is private: a token of its own server is needed.")
        try:
            subject = tokens.subject(token, secret=secret, key=site.key)
        except tokens.TokenError as error:
            raise _bad_token(str(error)) from error
        return self._visitors.by_subject(site.name, subject)

    def _bound(self, headers: Headers) -> str | None:
        """The request's origin, if it is some site's."""
        found = headers.getlist("origin")
        return found[0] if len(found) == 1 and found[0] in self._origins() else None

    def _origins(self) -> frozenset[str]:
        """Those of all sites."""
        return self._sites.origins() if self._sites is not None else frozenset()

    def _is_own(self, origin: str, headers: Headers) -> bool:
        return origin.lower() in self._own_origins or is_own(origin, headers.get("host", ""))

    def _from_own_page(self, headers: Headers) -> bool:
        """Whether a request without an Origin is a page's of ours: browsers send none to read.

        They say so in `Sec-Fetch-Site`, except over plain http; there `Referer` does.
        """
        fetched = headers.get("sec-fetch-site")
        if fetched is not None:
            return fetched == "same-origin"
        referer = split(headers.get("referer", ""))
        return self._is_own(f"{referer.scheme}://{referer.netloc}", headers)


def _key(scope: Scope, headers: Headers) -> str | None:
    """The key of the site that a request names, wherever it does. Raises Problem for two."""
    bearer = _bearer(headers)
    named = {
        *headers.getlist(HEADER),
        *QueryParams(scope.get("query_string", b"")).getlist("site"),
        *([bearer] if bearer is not None and bearer.startswith(PREFIX) else []),
    }
    if len(named) > 1:
        raise Problem("bad-request", 400, "The request names more than one site.")
    return named.pop() if named else None


def _bearer(headers: Headers) -> str | None:
    """What comes after "Bearer" in Authorization."""
    scheme, _, value = (_single(headers, "Authorization") or "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def _single(headers: Headers, name: str) -> str | None:
    found = headers.getlist(name)
    if len(found) > 1:
        raise Problem("bad-request", 400, f"The request has more than one {name}.")
    return found[0] if found else None


def _from_elsewhere(headers: Headers) -> bool:
    """Whether another site's page has its reader's browser ask, as by an image's address."""
    return headers.get("sec-fetch-site") in ("cross-site", "same-site")


def _foreign() -> Problem:
    return Problem("foreign-origin", 403, "Pages of this origin may not use this server.")


def _bad_token(detail: str) -> Problem:
    return Problem("token", 401, detail, headers={"WWW-Authenticate": "Bearer"})


def _too_often(over: Over) -> Problem:
    whose = "You have" if over.whose == "visitor" else "This site has"
    return Problem(
        "quota",
        429,
        f"{whose} used up what is allowed in a {over.within}: {over.limit:,}. "
        "Please try again later.",
        retry_after=over.retry_after,
        whose=over.whose,
        within=over.within,
    )
