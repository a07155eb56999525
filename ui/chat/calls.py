"""What the page asks of the server besides questions: single calls, one reply each.

A reply holds either what was asked for or an "error" fit for a reader; none
raises. Like `events`, nothing here remembers a reader.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from index.errors import BylineError
from ui import export
from ui.chat import filters, session
from ui.chat.desk import Desk
from ui.chat.events import APOLOGY, View
from ui.chat.report import Report
from ui.chat.source_panel import panel
from ui.chat.words import ago, clean, count, escape, months

log = logging.getLogger(__name__)

Call = Callable[[Any], View]


def calls(desk: Desk, title: str, report: Report | None = None) -> list[Call]:
    """The calls over `desk`. The page knows them by these functions' names."""

    def arrive(data: Any) -> View:
        """What the page shows before anything is asked."""
        return _guarded(lambda: _front(desk, report))

    def source(data: Any) -> View:
        """A citation's source panel."""

        def open_it() -> View:
            chosen = session.opened(data)
            return {"html": panel(desk.source(chosen.citation), chosen.sentences)}

        return _guarded(open_it)

    def feedback(data: Any) -> View:
        """Keep a reader's verdict on an answer."""

        def keep() -> View:
            judged = session.judged(data)
            desk.feedback(judged.answer, helpful=judged.helpful, reason=judged.reason)
            return {"kept": True}

        return _guarded(keep)

    def markdown(data: Any) -> View:
        """The conversation as Markdown, and a name for the file."""

        def write() -> View:
            now = datetime.now().astimezone()
            text = export.markdown(session.kept(data).answers, title=title, exported=now)
            return {"markdown": text, "name": f"conversation-{now:%Y-%m-%d-%H%M}.md"}

        return _guarded(write)

    return [arrive, source, feedback, markdown]


def _front(desk: Desk, report: Report | None) -> View:
    stats = desk.stats()
    facts = [count(stats.articles, "article"), months(stats.first, stats.last)]
    if stats.updated is not None:
        facts.append(f"updated {ago(stats.updated, datetime.now().astimezone())}")
    return {
        "facts": " · ".join(part for part in facts if part),
        "report": report is not None and report.there(),
        "filters": filters.controls(desk.facets()),
        "examples": [
            f'<li><button type="button" class="example" dir="auto">{escape(text)}</button></li>'
            for text in (desk.examples() if stats.articles else ())
        ],
    }


def _guarded(work: Callable[[], View]) -> View:
    try:
        return work()
    except BylineError as error:
        return {"error": clean(str(error))}
    except Exception:
        log.exception("A request from the chat failed")
        return {"error": APOLOGY}
