"""A real browser and a real server, for the tests of the chat."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A browser obeys the last such list alone: these are all that Playwright itself turns off on a
# Linux, and the two pages that a new window makes ready behind its own address bar, which take
# more of the machine than a page that is tested.
WITHOUT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(WITHOUT)}",
)
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=15_000)  # milliseconds: two tests share two cores


class Served:
    """An app on a free port of this machine, in a thread; it can go away and come back."""

    def __init__(self, app: FastAPI) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start(app)

    def start(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until `true()`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail(f"No browser: looked for {', '.join(BROWSERS)}. Run: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


def watched(page: Page, allowed: tuple[str, ...], *, framed: bool = True) -> list[str]:
    """What goes wrong on a page, as it does: a host asked that is not `allowed`, errors, blocks.

    Unless `framed`, a frame may be refused.
    """
    troubles: list[str] = []

    def asked(request: Any) -> None:
        if not request.url.startswith((*allowed, "data:", "blob:")):
            troubles.append(f"asked {request.url}")

    def said(message: Any) -> None:
        blocked = "Content Security Policy" in message.text
        if blocked and (framed or "frame-ancestors" not in message.text):
            troubles.append(f"blocked {message.text}")

    page.on("request", asked)
    page.on("pageerror", lambda error: troubles.append(f"raised {error}"))
    page.on("console", said)
    return troubles


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as a reader would; at the end it has asked no other host, and run no error."""
    opened: list[tuple[Page, list[str]]] = []

    def come(url: str, *, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        page = context.new_page()
        opened.append((page, watched(page, (url,))))
        page.goto(url)
        page.wait_for_selector(".edition:not(:empty)")
        return page

    yield come
    for page, _ in opened:
        page.context.close()
    assert [each for _, troubles in opened for each in troubles] == []


def ask(page: Page, question: str) -> Any:
    """Ask, wait for the whole answer, and return its turn."""
    page.fill("#question", question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    page.locator(".turn:last-child .asked", has_text=question).wait_for()
    page.locator(".turn:last-child[aria-busy=false]").wait_for()
    return turn
