"""Figures for Prometheus. Labels are of few values, whatever visitors send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.routing import Mount, compile_path
from starlette.types import Scope

from ui.api.capacity import Capacity

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "DELETE"}
_GRADIO = ("/", "/config", "/gradio_api/{call:path}", "/assets/{file:path}", "/static/{file:path}")
# Seconds. An answer takes a tenth of one, a language model's some ten, a script a thousandth.
_BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)
_OTHER = "other"


class Metrics:
    """The figures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(namespace="byline_front", registry=self.registry)
        self._templates: list[tuple[re.Pattern[str], str]] = []
        self.know(_GRADIO)
        self._requests = Counter(
            "byline_requests",
            "Requests by address, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "byline_request_seconds",
            "From a request to the end of its reply.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._questions = Counter(
            "byline_questions",
            "Questions by what came of them: answered, refused:KIND, fallback:WHY, question, "
            "error, left.",
            ("outcome",),
            registry=self.registry,
        )
        self._first = Histogram(
            "byline_first_sentence_seconds",
            "From the start of an answer to its first sentence, waiting in line not included.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._whole = Histogram(
            "byline_answer_seconds",
            "From the start of an answer to its end.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._quota = Counter(
            "byline_quota_refusals",
            "Requests over a quota, by site; without a site, of visitors who name none.",
            ("site",),
            registry=self.registry,
        )

    def know(self, templates: Iterable[str]) -> None:
        """Tell these addresses apart, as "/v1/articles/{id}"; all others count as one."""
        known = dict.fromkeys(templates)
        self._templates += [(compile_path(each)[0], each) for each in known]

    def request(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        """A reply that is complete; status 0 where the reader left before it began."""
        route = self.template(path)
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if status == 429:
            site = getattr(scope.get("state", {}).get("caller"), "site", None)
            self._quota.labels(site.name if site is not None else "").inc()

    def question(self, outcome: str, seconds: float, first: float | None) -> None:
        self._questions.labels(outcome).inc()
        self._whole.observe(seconds)
        if first is not None:
            self._first.observe(first)

    def watch(self, capacity: Capacity) -> None:
        """Tell of places taken, of the line, and of whom it turned away."""
        self.registry.register(_TurnedAway(capacity))
        self.gauge("byline_answering", "Questions being answered.", lambda: capacity.active)
        self.gauge("byline_waiting", "Questions waiting in line.", lambda: capacity.waiting)
        self.gauge("byline_places", "Questions answered at once.", lambda: capacity.at_once)

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        Gauge(name, about, registry=self.registry).set_function(read)

    def template(self, path: str) -> str:
        for pattern, template in self._templates:
            if pattern.fullmatch(path):
                return template
        return _OTHER

    def text(self) -> bytes:
        """What Prometheus reads. The gauges are read now: not for an event loop."""
        return generate_latest(self.registry)


class _TurnedAway(Collector):
    """Counted where it happens: a 503 has other reasons too, and the chat sends none."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity

    def collect(self) -> Iterable[Metric]:
        yield CounterMetricFamily(
            "byline_busy_refusals",
            "Questions turned away because all places were taken and the line was full.",
            self._capacity.turned_away,
        )


def templates_of(routes: Iterable[Any]) -> list[str]:
    """The addresses of an app's routes and of its mounted apps; a mounted folder is one."""
    found = []
    for route in routes:
        path = getattr(route, "path", None)
        if not isinstance(path, str):  # a router that was included, as FastAPI holds it
            found += templates_of(getattr(getattr(route, "original_router", None), "routes", ()))
            continue
        if not isinstance(route, Mount):
            found.append(path)
        elif path:  # what lies at the root is the chat: its addresses are Gradio's
            inner = templates_of(route.routes) or ["/{file:path}"]
            found += [f"{path}{each}" for each in inner]
    return sorted(found, key=lambda each: "{" in each)
