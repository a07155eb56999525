"""`python -m ui.demo.pictures FOLDER`: the README's pictures of the demo, taken anew.

The server and the demo have to be running, and the sample to be their archive.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_DESK = {"width": 1280, "height": 800}
_PHONE = {"width": 390, "height": 780}
_STORY = "/news/hollin-final-report"
_QUESTION = "How many people died in the Hollin flood?"
_FOLLOW_UP = "What is rebuilding expected to cost?"


def take(folder: Path, demo: str) -> list[Path]:
    """Write the pictures. Raises playwright's errors where a page is not as it should be."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (page_path, scene, options) in _SCENES.items():
            context = browser.new_context(reduced_motion="reduce", **options)
            page = context.new_page()
            page.goto(demo + page_path)
            scene(page)
            page.wait_for_load_state("networkidle")
            page.mouse.move(0, 0)
            made.append(folder / f"{name}.png")
            page.screenshot(path=made[-1])
            context.close()
        browser.close()
    return made


def _dialog(page: Page) -> None:
    page.locator("byline-chat button").first.click()
    _asked(page.get_by_role("dialog"), _QUESTION)


def _phone(page: Page) -> None:
    page.locator("byline-chat button").first.tap()
    _asked(page.get_by_role("dialog"), _FOLLOW_UP)


def _foot(page: Page) -> None:
    box = page.locator("byline-ask")
    box.scroll_into_view_if_needed()
    _asked(box, _FOLLOW_UP)
    box.evaluate("(element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 150)")


def _asked(chat: Locator, question: str) -> None:
    chat.locator("textarea").fill(question)
    chat.locator("textarea").press("Enter")
    turn = chat.locator(".turn[aria-busy=false]")
    turn.wait_for()
    turn.locator(".chip").first.click()
    chat.locator("mark").first.wait_for()


_SCENES: dict[str, tuple[str, Callable[[Page], None], dict[str, Any]]] = {
    "embed": (_STORY, _dialog, {"viewport": _DESK}),
    "embed-dark": (_STORY, _dialog, {"viewport": _DESK, "color_scheme": "dark"}),
    "embed-phone": (
        _STORY,
        _phone,
        {"viewport": _PHONE, "device_scale_factor": 2, "has_touch": True, "is_mobile": True},
    ),
    "embed-rtl": (f"/ar{_STORY}", _dialog, {"viewport": _DESK}),
    "embed-ask": (_STORY, _foot, {"viewport": _DESK}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--demo", default="http://localhost:7870", help="where the demo is served")
    given = parser.parse_args()
    try:
        made = take(given.folder, given.demo)
    except ImportError:
        sys.exit("A browser is needed: pip install -e '.[test]'")
    print("\n".join(f"{path}: {path.stat().st_size:,} bytes" for path in made))  # noqa: T201


if __name__ == "__main__":
    main()
