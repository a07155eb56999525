"""Every setting with its default and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.location import Folder, Location


def _told(
    about: str, *, least: float | None = None, most: float | None = None
) -> Mapping[str, Any]:
    """A field's metadata."""
    return {"about": about, "least": least, "most": most}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. Each field's metadata says what it is for."""

    archive: Location = field(
        default=Folder(Path("archive")),
        metadata=_told(
            "The folder that holds the archive, or the address of one on servers: "
            "postgresql://USER@HOST/DATABASE, with ?milvus=http://HOST:19530 where Milvus searches "
            "it. The password is best left to PGPASSWORD or ~/.pgpass."
        ),
    )
    model: str | None = field(
        default=None,
        metadata=_told(
            "The embedding model: a sentence-transformers id or folder. Left out, it is the one "
            "that the archive was made with; for a new archive, all-MiniLM-L6-v2, which is "
            "installed with Byline."
        ),
    )
    query_prefix: str | None = field(
        default=None,
        metadata=_told(
            "What the model wants before a question. Left out, what the model itself names."
        ),
    )
    passage_prefix: str | None = field(
        default=None,
        metadata=_told(
            "What the model wants before a passage. Left out, what the model itself names."
        ),
    )
    threshold: float | None = field(
        default=None,
        metadata=_told(
            "The probability below which a question is refused. Higher refuses more and errs "
            "less. Left out, the one that was calibrated.",
            least=0,
            most=1,
        ),
    )
    reader: str | None = field(
        default=None,
        metadata=_told(
            "The cross-encoder that judges which sentences answer: a hub id, a folder, or none. "
            "Left out, the one that is installed with Byline."
        ),
    )
    llm: str | None = field(
        default=None,
        metadata=_told(
            "The language model that writes the answers, as its endpoint names it. Each of its "
            "sentences is verified before it is shown. Left out, answers are quoted from the "
            "archive and nothing is sent anywhere. The endpoint's key is read from "
            "`BYLINE_LLM_KEY`; `OPENAI_API_KEY` is read too, and sent to OpenAI's own address "
            "alone."
        ),
    )
    llm_url: str = field(
        default="https://api.openai.com/v1",
        metadata=_told("The address of any endpoint that speaks OpenAI's protocol."),
    )
    llm_timeout: float = field(
        default=30.0,
        metadata=_told(
            "Most seconds that the language model may take over an answer, after which the "
            "archive's own sentences take its place.",
            least=1,
            most=3600,
        ),
    )
    llm_price: str | None = field(
        default=None,
        metadata=_told(
            "US dollars for a million tokens read and written, as `0.15,0.60`, to tell what an "
            "answer cost."
        ),
    )
    verifier: str | None = field(
        default=None,
        metadata=_told(
            "What verifies the language model's sentences: `rules`, a cross-encoder's hub id or "
            "folder, or `llm`, the language model itself. Left out, the one that is installed "
            "with Byline."
        ),
    )
    report: Path | None = field(
        default=None,
        metadata=_told("An evaluation's `report.html`, which the chat then shows at `/report`."),
    )
    delay: float = field(
        default=1.0,
        metadata=_told(
            "Least seconds between two requests to one site while fetching.", least=0, most=3600
        ),
    )
    host: str = field(default="127.0.0.1", metadata=_told("The address that the chat listens on."))
    port: int = field(
        default=7860, metadata=_told("The port that the chat listens on.", least=1, most=65535)
    )
    title: str = field(default="Byline", metadata=_told("The name over the chat."))
    public_url: str | None = field(
        default=None,
        metadata=_told(
            "The address that readers reach the server under, where a proxy stands before it: "
            "`https://news.example.org/chat`. Its path is the prefix that everything lies under."
        ),
    )
    workers: int = field(
        default=1,
        metadata=_told(
            "How many processes answer. One answers in the server's own process; more share the "
            "cores and the archive.",
            least=1,
            most=64,
        ),
    )
    waiting: int = field(
        default=64,
        metadata=_told(
            "Most questions that wait for their turn. Beyond them a reader is told at once to "
            "come back.",
            least=0,
            most=10_000,
        ),
    )
    api: str = field(
        default="open",
        metadata=_told(
            "Who may call the API: `open`, programs that name no site as well, or `sites`, only "
            "the sites that were added and the server's own pages."
        ),
    )
    visitor_per_minute: int = field(
        default=30,
        metadata=_told(
            "Most questions a minute of one visitor who names no site; 0 for no limit.",
            least=0,
            most=100_000,
        ),
    )
    trusted_proxies: str | None = field(
        default=None,
        metadata=_told(
            "Addresses or networks of the proxies whose `X-Forwarded-For` and "
            "`X-Forwarded-Proto` are believed, as `127.0.0.1,10.0.0.0/8`. Left out, nobody's."
        ),
    )
    access_log: bool = field(
        default=True,
        metadata=_told("Write a line for each request: no question, no query, no address."),
    )
    log_questions: bool = field(
        default=False,
        metadata=_told("Write questions and visitors' addresses into those lines too."),
    )
