"""What the widget costs the page it stands on: paint, blocking and layout, with and without it.

    byline serve & python -m ui.demo &
    python -m eval.widget_lcp [--slow] [--json FILE]

The two pages of a pair are loaded one right after the other, each in a browser
context of its own and so with an empty cache; which of them is first changes
from pair to pair. The difference is taken within a pair, and its median has a
bootstrap interval over pairs. Measures are those of the browser itself
(https://web.dev/articles/lcp, /tbt and /cls); blocking is what long tasks last
beyond 50 ms until the page has been still for a second. Layout shift is counted
to the foot of the page, where the question box wakes up.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.bootstrap import Interval, statistic_interval
from eval.processors import cores

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

_PAIRS = 40
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_STILL = 1000  # milliseconds without anything loading or running
# Lighthouse's phone: https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md
_SLOW_CPU = 4  # times as long
_SLOW_NETWORK = {
    "offline": False,
    "latency": 150,  # milliseconds, there and back
    "downloadThroughput": 1.6e6 / 8,  # bytes a second
    "uploadThroughput": 750e3 / 8,
}
_OBSERVE = """
window.measured = {lcp: 0, element: "", blocking: 0, shift: 0};
const watch = (type, take) => new PerformanceObserver(
  (list) => list.getEntries().forEach(take)).observe({type, buffered: true});
watch("largest-contentful-paint", (entry) => {
  measured.lcp = entry.startTime;
  measured.element = entry.element?.localName ?? "";
});
watch("longtask", (entry) => { measured.blocking += Math.max(0, entry.duration - 50); });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) measured.shift += entry.value; });
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a page. Times in milliseconds; `shift` is the sum of layout shifts."""

    lcp: float
    blocking: float
    shift: float
    element: str  # the largest that was painted


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians over pairs, and of the differences within pairs, with 95 % intervals."""

    pairs: int
    lcp_without: float
    lcp_with: float
    lcp_difference: float
    lcp_interval: Interval
    blocking_difference: float
    blocking_interval: Interval
    shift_with: float  # the largest of all loads
    shift_without: float
    element: str


def cost(pairs: Sequence[tuple[Load, Load]]) -> Cost:
    """What (without, with) differ by. Raises ValueError where there is no pair."""
    lcp = [after.lcp - before.lcp for before, after in pairs]
    blocking = [after.blocking - before.blocking for before, after in pairs]
    return Cost(
        pairs=len(pairs),
        lcp_without=_median([before.lcp for before, _ in pairs]),
        lcp_with=_median([after.lcp for _, after in pairs]),
        lcp_difference=_median(lcp),
        lcp_interval=_interval(lcp),
        blocking_difference=_median(blocking),
        blocking_interval=_interval(blocking),
        shift_with=max(after.shift for _, after in pairs),
        shift_without=max(before.shift for before, _ in pairs),
        element=", ".join(sorted({load.element for pair in pairs for load in pair})),
    )


def measure(
    browser: Browser,
    without: str,
    with_it: str,
    *,
    pairs: int = _PAIRS,
    slow: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> list[tuple[Load, Load]]:
    """Load two addresses `pairs` times each, after one pair that is not counted."""
    measured = []
    for number in range(pairs + 1):
        first, second = (without, with_it) if number % 2 else (with_it, without)
        loads = {url: load(browser, url, slow=slow) for url in (first, second)}
        if number:
            measured.append((loads[without], loads[with_it]))
        progress(number)
    return measured


def load(browser: Browser, url: str, *, slow: bool) -> Load:
    """Load a page with an empty cache, and see what it did. Raises playwright's errors."""
    phone: ViewportSize = {"width": 390, "height": 844}
    desk: ViewportSize = {"width": 1280, "height": 800}
    context = browser.new_context(viewport=phone if slow else desk)
    page = context.new_page()
    if slow:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOW_CPU})
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", _SLOW_NETWORK)
    page.add_init_script(_OBSERVE)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_STILL)
    painted: dict[str, Any] = page.evaluate("({...measured})")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_STILL)
    shift = page.evaluate("measured.shift")
    context.close()
    return Load(painted["lcp"], painted["blocking"], shift, painted["element"])


def _median(values: Sequence[float]) -> float:
    return float(np.median(values))


def _interval(values: Sequence[float]) -> Interval:
    found = statistic_interval(_median, values)
    if found is None:  # a median of something is never nothing
        raise ValueError("no interval")
    return found


def _lines(found: Cost) -> list[str]:
    def between(ends: Interval) -> str:
        return f"95 % interval {ends[0]:+.1f} to {ends[1]:+.1f}"

    return [
        f"largest paint      {found.lcp_without:.0f} ms without, {found.lcp_with:.0f} ms with "
        f"(the {found.element})",
        f"  median difference {found.lcp_difference:+.1f} ms, {between(found.lcp_interval)}",
        f"blocking           {found.blocking_difference:+.1f} ms, "
        f"{between(found.blocking_interval)}",
        f"layout shift       {found.shift_without:.4f} without, {found.shift_with:.4f} with, "
        "at most",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--demo", default="http://localhost:7870", help="where the demo is served")
    parser.add_argument("--page", default="/news/hollin-final-report", help="a page of the demo")
    parser.add_argument("--pairs", type=int, default=_PAIRS)
    parser.add_argument("--slow", action="store_true", help="a slow phone on a slow network")
    parser.add_argument("--json", type=Path, help="write the figures and every load there")
    given = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("A browser is needed: pip install -e '.[test]'")
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        sys.exit(f"No browser: looked for {', '.join(_BROWSERS)}")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        setup = {
            "browser": f"chromium {browser.version}, headless",
            "machine": f"{platform.machine()}, {cores()} cores",
            "page": given.demo + given.page,
            "pairs": given.pairs,
            "conditions": f"processor {_SLOW_CPU} times slower, 150 ms there and back, "
            "1.6 Mbit/s, 390 by 844"
            if given.slow
            else "no throttling, same machine, 1280 by 800",
        }
        sys.stdout.writelines(f"{name:<18} {value}\n" for name, value in setup.items())
        sys.stdout.flush()  # what is measured, while it is
        pairs = measure(
            browser,
            f"{given.demo}/bare{given.page}",
            given.demo + given.page,
            pairs=given.pairs,
            slow=given.slow,
        )
        browser.close()
    found = cost(pairs)
    sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    if given.json:
        loads = [[asdict(before), asdict(after)] for before, after in pairs]
        text = json.dumps({"setup": setup, "cost": asdict(found), "loads": loads}, indent=1)
        given.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
