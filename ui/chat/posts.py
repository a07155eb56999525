"""What is posted to Gradio, looked at before Gradio does.

Gradio fetches the address, or opens the file, of anything in a request that
calls itself a file of its own; and what does not fit the function that it is
meant for raises there, with all that was sent in the log. The chat sends
no files, so nothing that looks like one goes through, nor what fits nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import gradio as gr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.replay import replay
from ui.sites.routes import CALL, JOIN, route

_SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
_DEPTH = 32  # objects within objects; an answer has about ten


@dataclass(frozen=True, slots=True)
class Fits:
    """What can be called: inputs by function, and functions by component."""

    inputs: dict[int, int]
    calls: dict[int, frozenset[str]]


def fits(blocks: gr.Blocks) -> Fits:
    """What `blocks` can be asked for."""
    inputs = {n: len(each.inputs) for n, each in blocks.fns.items() if each.fn is not None}
    calls = {
        n: frozenset(each.__name__ for each in getattr(block, "server_fns", ()))
        for n, block in blocks.blocks.items()
    }
    return Fits(inputs, {n: names for n, names in calls.items() if names})


class Posts:
    """Lets nothing through to Gradio but what the chat's page and its own client send."""

    def __init__(self, app: ASGIApp, fits: Fits) -> None:
        self._app = app
        self._fits = fits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route(scope) if scope["type"] == "http" else ""
        if path not in (JOIN, CALL) or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await request.body()  # the Door has seen how long it is
        except ClientDisconnect:
            return
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json" or not self._right(path, body):
            refused = PlainTextResponse("The page sent something that cannot be read.", 422)
            await refused(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)

    def _right(self, path: str, body: bytes) -> bool:
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(sent, dict) or not _plain(sent, _DEPTH):
            return False
        session = sent.get("session_hash")
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            return False
        return self._joins(sent) if path == JOIN else self._calls(sent)

    def _joins(self, sent: dict[str, Any]) -> bool:
        wanted = self._fits.inputs.get(_number(sent.get("fn_index")))
        data = sent.get("data")
        return wanted is not None and isinstance(data, list) and len(data) == wanted

    def _calls(self, sent: dict[str, Any]) -> bool:
        named = self._fits.calls.get(_number(sent.get("component_id")), frozenset())
        return isinstance(sent.get("fn_name"), str) and sent["fn_name"] in named


def _number(value: object) -> int:
    return value if type(value) is int else -1


def _plain(value: object, depth: int) -> bool:
    """Whether nothing in it is named as Gradio names its own: a file has `meta._type`."""
    if isinstance(value, dict):
        if depth == 0 or any(name.startswith("_") for name in value):
            return False
        return all(_plain(each, depth - 1) for each in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_plain(each, depth - 1) for each in value)
    return True
