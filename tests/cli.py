"""A small newsroom to run the command line in: its pages, and ways to run it."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from index import framework
from ui.cli.app import app

ROOT = Path(__file__).parent.parent
FERRY_URL = "https://herald.example/news/ferry"
FERRY = """The ferry Aurora ran aground off Skerry Point early on Tuesday with 212 passengers on
board, the coastguard said. All of them were taken off by lifeboat within three hours.
|Captain Elin Marsh said that a steering pump had failed in heavy seas. "We had about four minutes
before we touched the rocks," she told reporters at the harbour.
|The operator, Northern Lines, cancelled all sailings for a week. It expects the repair to cost
4.2 million crowns, and an inquiry will report before the end of the year."""
BUDGET = """The city council of Ostermere approved a budget of 318 million crowns on Monday evening
after a debate of seven hours. Nine councillors voted against it.
|The largest share, 96 million crowns, goes to schools. Treasurer Jonas Vale said that no tax would
rise before 2027, although the fees for parking are to double in the old town.
|The opposition called the plan reckless and asked for a second reading, which the chair refused."""
BEES = """Beekeepers in the Tarn valley harvested 41 tonnes of honey this summer, the most since
records began, their association said on Friday.
|A wet spring and a long, warm July gave the lime trees an unusual second bloom. Prices are likely
to fall by a tenth, according to Petra Holm, who has kept bees above the village of Sund since 1988.
|Not everyone is pleased: two hives were lost to a landslide in August."""


def page(body: str, *, title: str, url: str, day: str, source: str, section: str) -> str:
    """A story as a newspaper's site would serve it."""
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "url": url,
        "datePublished": f"{day}T08:00:00+00:00",
        "articleSection": section,
        "author": {"@type": "Person", "name": "Ada Quill"},
        "publisher": {"@type": "Organization", "name": source},
    }
    paragraphs = "".join(f"<p>{' '.join(each.split())}</p>" for each in body.split("|"))
    return (
        f"<html lang='en'><head><title>{title}</title><link rel='canonical' href='{url}'>"
        f"<script type='application/ld+json'>{json.dumps(about)}</script></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{paragraphs}</article>"
        "<footer>All rights reserved.</footer></body></html>"
    )


def ferry(body: str = FERRY) -> str:
    return page(
        body,
        title="Ferry Aurora runs aground off Skerry Point",
        url=FERRY_URL,
        day="2024-11-05",
        source="The Harbour Herald",
        section="News",
    )


def write_pages(folder: Path) -> Path:
    """Three stories, and two files that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ferry.html").write_text(ferry())
    (folder / "budget.html").write_text(
        page(
            BUDGET,
            title="Ostermere council approves budget",
            url="https://wire.example/2025/budget",
            day="2025-03-10",
            source="Meridian Wire",
            section="Politics",
        )
    )
    (folder / "bees.html").write_text(
        page(
            BEES,
            title="A record year for honey",
            url="https://herald.example/country/bees",
            day="2025-08-22",
            source="The Harbour Herald",
            section="Country",
        )
    )
    (folder / "nothing.html").write_bytes(b"")
    (folder / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return folder


def byline(*arguments: str | Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, [str(each) for each in arguments])


def byline_json(*arguments: str | Path) -> Any:
    """Run it and read what it printed: one JSON object and nothing else."""
    result = byline(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def start(folder: Path, *arguments: str | Path, setup: str = "") -> subprocess.Popen[str]:
    """Start it in a process of its own, in `folder`, with Python run before it."""
    code = f"{setup}\nfrom ui.cli import main\nmain()"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *(str(each) for each in arguments)],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def one_model() -> Iterator[None]:
    """Load the model once for all commands that run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framework, "load", functools.cache(framework.load))
        yield


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory, one_model: None) -> Path:
    """An archive of the three stories, to be read and not written to."""
    folder = tmp_path_factory.mktemp("newsroom")
    result = byline("index", write_pages(folder / "pages"), "--archive", folder / "archive")
    assert result.exit_code == 0, result.output
    return folder / "archive"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_model: None) -> Path:
    """An empty working directory, with no settings but the defaults."""
    for name in [each for each in os.environ if each.startswith("BYLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# A model that knows nothing and takes its time, for tests of what is around it.
SLOW_MODEL = """
import hashlib, time
import numpy
import index.embed

class SlowModel:
    def __init__(self, model=None, *, query_prefix=None, passage_prefix=None):
        self.identity = index.embed.Identity("slow", 8, "none")
        self.max_tokens = 256
    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]
    def embed_passages(self, texts, progress=None):
        time.sleep({seconds})
        return numpy.stack([self.embed_query(text) for text in texts])
    def embed_query(self, text):
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        vector = numpy.frombuffer(digest, numpy.uint8).astype(numpy.float32) + 1
        return vector / numpy.linalg.norm(vector)
    def embed_queries(self, texts):
        return numpy.stack([self.embed_query(text) for text in texts])

index.embed.SentenceTransformerEmbedder = SlowModel
"""


def slow_model(seconds: float) -> str:
    return SLOW_MODEL.replace("{seconds}", str(seconds))
