"""What a process that serves an archive does, one step after another, and what it then holds.

Called in a process of its own (`eval.bench.memory`). Nothing of Byline is imported before
the step that is to be seen to need it: the first one is Python alone.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

_ANSWERED = 10  # of the questions, which are then answered as well


def served(folder: str, count: int) -> dict[str, Any]:
    """Open the archive in `folder` and ask it `count` questions.

    Returns its `passages`, `opening` in seconds, and of the `steps` each one's name and the
    bytes that are resident after it.
    """
    steps = [_held("bare Python")]
    from eval.bench.archives import questions
    from index.archive import Archive
    from index.embed import SentenceTransformerEmbedder
    from rag.retrieve import query, retrieve

    steps.append(_held("modules loaded"))
    embedder = SentenceTransformerEmbedder()
    embedder.embed_query("warm")
    steps.append(_held("encoder loaded"))
    start = time.perf_counter()
    archive = Archive(Path(folder))
    opening = time.perf_counter() - start
    steps.append(_held("archive open"))
    asked = questions(archive, Path(folder), count)
    steps.append(_held("questions chosen"))
    for text in asked:
        retrieve(archive, query(text, embedder, archive), 10)
    steps.append(_held("questions asked"))
    from rag.assistant import Assistant
    from rag.reader import reader_for

    assistant = Assistant(archive, embedder, reader=reader_for(None))
    for text in asked[:_ANSWERED]:
        assistant.ask(text)
    steps.append(_held("answers given"))
    passages = archive.passages
    archive.close()
    return {"passages": passages, "opening": opening, "steps": steps}


def _held(step: str) -> dict[str, str | int]:
    """What is resident now, and how much of it are pages of files, as Linux tells it."""
    told = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
    fields = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    sizes = {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssFile")}
    return {"name": step, "resident": sizes["VmRSS"], "files": sizes["RssFile"]}
