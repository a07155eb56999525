"""Health, readiness and figures, for whoever runs the server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ui.serving.ending import Ending
from ui.serving.metrics import CONTENT_TYPE, Metrics
from ui.serving.peers import within

# RFC 1918, RFC 4193 and what never leaves a machine or its wire
_NEAR = tuple(
    ip_network(each)
    for each in (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


def router(ending: Ending, metrics: Metrics) -> APIRouter:
    """`/readyz`, and `/metrics` for those on this machine or its network."""
    made = APIRouter(include_in_schema=False)
    # of its own: in the threads that all share, it would wait behind readers who wait
    reading = ThreadPoolExecutor(1, "byline-figures")

    @made.get("/readyz")
    async def readyz() -> JSONResponse:
        if ending.ready:
            return JSONResponse({"status": "ready"})
        status = "stopping" if ending.stopping else "starting"
        return JSONResponse({"status": status}, 503, {"Retry-After": "5"})

    @made.get("/metrics")
    async def figures(request: Request) -> Response:
        # what came through a proxy may be anybody's
        if not within(getattr(request.state, "direct", None) or "", _NEAR):
            return Response("Not found.", 404, media_type="text/plain")
        text = await asyncio.get_running_loop().run_in_executor(reading, metrics.text)
        return Response(text, media_type=CONTENT_TYPE)

    return made
