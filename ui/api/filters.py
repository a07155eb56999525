"""What a request may see: its site's filters always hold, together with the reader's own."""

from __future__ import annotations

from collections.abc import Callable

from index.types import Filters
from ui.api.bodies import ScopeBody
from ui.api.problems import Problem
from ui.newsdesk import Newsdesk


def confined(site: Filters, reader: Filters) -> Filters:
    """What both let through, never more than `site` does.

    Raises Problem 422 `filters`, which says what there is, where they share nothing.
    """
    after = max((day for day in (site.after, reader.after) if day), default=None)
    before = min((day for day in (site.before, reader.before) if day), default=None)
    if after and before and after > before:
        raise Problem(
            "filters",
            422,
            "The first day is later than the last."
            if not (site.after or site.before)
            else "None of these days can be searched here.",
            available={
                "after": site.after.isoformat() if site.after else None,
                "before": site.before.isoformat() if site.before else None,
            },
        )
    return Filters(
        after=after,
        before=before,
        sources=_shared("sources", site.sources, reader.sources, str.casefold),
        sections=_shared("sections", site.sections, reader.sections, str.casefold),
        articles=_shared("articles", site.articles, reader.articles, str),
    )


def _shared(
    kind: str,
    site: tuple[str, ...],
    reader: tuple[str, ...],
    alike: Callable[[str], str],
) -> tuple[str, ...]:
    if not (site and reader):
        return site or reader
    wanted = {alike(each) for each in reader}
    shared = tuple(each for each in site if alike(each) in wanted)
    if not shared and kind == "articles":
        raise unknown_article()  # which others there are is nobody's business
    if not shared:
        raise Problem(
            "filters",
            422,
            f"None of these {kind} can be searched here. There are: {', '.join(site)}.",
            available={kind: list(site)},
        )
    return shared


def scoped(desk: Newsdesk, filters: Filters, scope: ScopeBody | None) -> Filters:
    """`filters` limited to an article, its section or its topic.

    Raises Problem 404 `unknown-article` where the archive has none under the
    address that the filters let through, 422 `scope` where it is in no section.
    """
    if scope is None:
        return filters
    known = desk.article_at(scope.url)
    article = desk.article(known, filters=filters) if known is not None else None
    if article is None:
        raise unknown_article()
    if scope.within == "article":
        return confined(filters, Filters(articles=(article.id,)))
    if scope.within == "topic":
        return confined(
            filters,
            Filters(
                articles=tuple(
                    dict.fromkeys((article.id, *desk.related(article.id, filters=filters)))
                )
            ),
        )
    if not article.section:
        raise Problem("scope", 422, "This article is in no section of the archive.")
    return confined(filters, Filters(sections=(article.section,)))


def unknown_article() -> Problem:
    return Problem("unknown-article", 404, "The archive has no such article.")
