"""The same work in several processes, each with a tool of its own that is made once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from index.errors import BylineError

Part = TypeVar("Part")
Done = TypeVar("Done")


class WorkerLost(BylineError):
    """A process ended before its work was done, as when memory runs out."""


class _Tool:
    """What a process works with."""

    made: Any = None


def spread(
    work: Callable[[Part, Any], Done],
    parts: Sequence[Part],
    make: Callable[[], Any],
    jobs: int,
) -> Iterator[tuple[Part, Done]]:
    """Each part with `work(part, make())`, as they are done, in any order.

    All three must be such that another process can have them. What `work`
    raises is raised here. Raises WorkerLost.
    """
    pool = ProcessPoolExecutor(
        max_workers=min(jobs, len(parts)),
        # a copy of this process would share its threads' locks, and hang
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(make,),
    )
    try:
        futures: dict[Future[Done], Part] = {pool.submit(_do, work, part): part for part in parts}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    except BrokenProcessPool as error:
        raise WorkerLost(
            "a process ended before its work was done, perhaps for want of memory; "
            "run it again with --jobs 1"
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(make: Callable[[], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides what Ctrl-C means
    _Tool.made = make()


def _do(work: Callable[[Any, Any], Done], part: Any) -> Done:
    return work(part, _Tool.made)
