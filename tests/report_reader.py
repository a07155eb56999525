"""A reader of a report's page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from eval.report import Report, write
from tests.browsing import DESK

OPEN = ".case.is-open"


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page; at the end it has asked for nothing else, run no error and blocked nothing."""
    contexts = []
    troubles: list[str] = []

    def come(url: str, *, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        opened = context.new_page()
        opened.on("pageerror", lambda error: troubles.append(f"raised {error}"))
        opened.on("console", lambda said: troubles.append(f"{said.type} {said.text}"))
        opened.on(
            "request",
            lambda request: (
                troubles.append(f"asked {request.url}")
                if request.url.partition("#")[0] != url.partition("#")[0]
                and not request.url.endswith("favicon.ico")
                else None
            ),
        )
        opened.goto(url)
        return opened

    yield come
    for context in contexts:
        context.close()
    assert [t for t in troubles if "favicon.ico" not in t and "404" not in t] == []


@pytest.fixture
def at(tmp_path: Path) -> Callable[[Report], str]:
    """The address of a report's page, as a file."""

    def made(report: Report) -> str:
        (path,) = write(report, tmp_path, ("html",))
        return path.as_uri()

    return made


def headlines(opened: Page) -> list[str]:
    return opened.locator(".case h3").all_inner_texts()
