"""The chat as a Gradio app: one page, one streaming event, four calls, and one public endpoint.

The page is one `gr.HTML` component, Gradio's own way to a custom component,
rather than `gr.Chatbot` and a row of stock widgets, for the reader's sake:

- `gr.Chatbot` shows Markdown bubbles. A citation here must be a real button
  with a name, and an answer must grow sentence by sentence without redrawing
  what is being read, selected or spoken by a screen reader.
- the source stands beside the answer on a desk and slides over it on a phone,
  with focus going there and back, which no stock layout does;
- native date inputs and checkboxes beat their stock counterparts in the hand
  and to a screen reader.

Python renders every piece of HTML (`render`, `source_panel`, `filters`) and
escapes what it is given; the scripts in `static/` only put the pieces in place.
Gradio carries the queue, the stream, cancelling and the component itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Gradio reads these on import: no analytics, no version check, no phoning home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# After each event it would also sum up the last ten thousand, with pandas, for a
# monitoring page that is not served: keep one, sum up never.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

import gradio as gr
from fastapi import FastAPI
from gradio.events import api

from ui.chat.calls import calls
from ui.chat.desk import Desk
from ui.chat.endpoint import endpoint
from ui.chat.events import asking
from ui.chat.report import Report
from ui.chat.words import escape

STATIC = Path(__file__).parent / "static"

_READERS_AT_ONCE = 8
_LINE = 256  # readers who wait for them
_QUEUE = "questions"  # readers' and programs' share those places

_QUOTED = (
    "Every sentence of an answer is quoted from an article, with a number that opens it "
    "where it stood."
)
_CHECKED = (
    "A language model writes the answers, and each sentence is checked against the archive "
    "before you see it. Its number opens the article at the place."
)

# Gradio finds a component's custom events by their quoted names in this text.
_ON_LOAD = """
import(new URL("byline/main.js", document.baseURI).href).then((chat) =>
  chat.mount(element, {
    ask: (question) => trigger("ask", question),
    stop: () => trigger("stop"),
    onView: (show) => watch("value", () => show(props.value)),
    server,
  }));
"""
_ON_FAILURE = '() => { window.dispatchEvent(new Event("byline:failed")); }'


def build(
    desk: Desk,
    *,
    title: str = "Byline",
    model: str | None = None,
    report: Report | None = None,
    at_once: int = _READERS_AT_ONCE,
    line: int = _LINE,
) -> gr.Blocks:
    """The chat over `desk`, to be mounted. `model` names the language model that writes, if any.

    `at_once` questions are put to the desk at the same time; others wait in Gradio's queue,
    of `line` at most.
    """
    page = (STATIC / "page.html").read_text(encoding="utf-8")
    page = page.replace("@note", _QUOTED if model is None else _CHECKED)
    blocks = gr.Blocks(analytics_enabled=False, title=title, fill_width=True)
    with blocks:
        chat = gr.HTML(
            None,
            html_template=page.replace("@title", _inert(title)),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="byline",
            server_functions=calls(desk, title, report),
        )
        answering = chat.ask(
            asking(desk, model=model),
            outputs=chat,
            show_progress="hidden",
            api_name="answering",  # "ask" is the programs' own, below
            api_visibility="private",
            concurrency_id=_QUEUE,
            concurrency_limit=at_once,
            trigger_mode="multiple",
        )
        answering.failure(None, js=_ON_FAILURE, api_visibility="private")
        chat.stop(None, cancels=[answering], api_visibility="private")
        api(
            endpoint(desk),
            api_name="ask",
            concurrency_id=_QUEUE,
            concurrency_limit=at_once,
        )
    blocks.queue(max_size=line)
    return blocks


def mount(
    app: FastAPI,
    desk: Desk,
    *,
    title: str,
    model: str | None = None,
    report: Report | None = None,
    at_once: int = _READERS_AT_ONCE,
    line: int = _LINE,
) -> None:
    """Put the chat over `desk` at the root of `app`, with all that it does not use turned off."""
    gr.mount_gradio_app(
        app,
        build(desk, title=title, model=model, report=report, at_once=at_once, line=line),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        allowed_paths=[],
        blocked_paths=["/"],
        max_file_size=1,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
    )


def _inert(text: str) -> str:
    """`text` as HTML that is plain text to Gradio's template engines too."""
    return "".join(f"&#{ord(c)};" if c in "`$\\{}" else c for c in escape(text))
