"""The addresses of the service: which there are, who may come to each, and what a call costs."""

from __future__ import annotations

from enum import Enum, auto

from starlette.types import Scope

from ui.sites.types import Cost

API = "/v1/"
SCRIPT = "/byline.js"
EMBED = "/embed"
INFO = "/gradio_api/info"  # what Gradio's own client asks for first
JOIN = "/gradio_api/queue/join"  # where a question in the chat is put
TOLD = "/gradio_api/queue/data"  # where its answer is told
CALL = "/gradio_api/component_server/"  # where a source is opened, and a verdict kept
_QUESTIONS = {
    ("POST", "/v1/ask"),
    ("GET", "/v1/search"),
    ("POST", "/v1/verify"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/mcp"),
    ("POST", "/mcp/"),
    ("POST", JOIN),
}
_API = ("/v1", "/mcp", "/mcp/")
_OPERATOR = ("/readyz", "/metrics")
_ABOUT = ("GET", "/v1/site")
_CHAT = (TOLD, CALL)
_DOCS = ("/v1/docs", "/v1/openapi.json")


class Area(Enum):
    """What kind of address it is."""

    STATIC = auto()  # the widget's files: anybody's
    EMBED = auto()  # the chat for an iframe
    API = auto()  # sites, programs
    DOCS = auto()  # what the API says of itself
    OTHER = auto()  # the server's own pages


def route(scope: Scope) -> str:
    """The path that was asked for, without a proxy's prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def is_service(path: str) -> bool:
    """Whether an address is there only where the server serves sites and programs."""
    return area(path) is not Area.OTHER or path in _OPERATOR


def area(path: str) -> Area:
    if path == SCRIPT or path.startswith("/widget/"):
        return Area.STATIC
    if path == EMBED:
        return Area.EMBED
    if path in _DOCS or path.startswith("/v1/docs/"):
        return Area.DOCS
    if path in _API or path.startswith(API):
        return Area.API
    return Area.OTHER


def cost(method: str, path: str) -> Cost:
    if (method, path) in _QUESTIONS:
        return Cost.QUESTION
    if (method, path) == _ABOUT:
        return Cost.FREE  # each page that shows the chat asks it, whether or not a reader does
    if path in _CHAT or area(path) in (Area.API, Area.DOCS):
        return Cost.READ
    return Cost.FREE
