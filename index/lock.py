"""One writer at a time, by a lock file that names its holder.

The operating system drops the lock when its holder dies, however it dies, so
a lock is never left behind; only the name in the file may be.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import ArchiveError, ArchiveLocked, ArchiveReadOnly

LOCK = "writer.lock"
_HOLDER = "writer.txt"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the archive's writer lock. Raises ArchiveLocked at once if another has it."""
    lock = FileLock(folder / LOCK)
    holder = folder / _HOLDER
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ArchiveLocked(
            f"{folder} is being written to by {_name(holder)}; wait for it to finish, or stop it, "
            "and run the same command again"
        ) from None
    except OSError as error:
        raise ArchiveReadOnly(f"{folder} cannot be written to: {error.strerror}") from error
    try:
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        try:
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()} since {since}")
        except OSError as error:
            raise ArchiveReadOnly(f"{folder} cannot be written to: {error.strerror}") from error
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def folder_made(folder: Path) -> Path:
    """The folder, made where there is none. Raises ArchiveError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot make the folder {folder}: {error.strerror}") from error
    return folder


def _name(holder: Path) -> str:
    try:
        return holder.read_text() or "another process"
    except OSError:
        return "another process"
