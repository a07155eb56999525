"""Replacing a file so that a crash leaves either the old one or the new one, whole."""

from __future__ import annotations

import os
from pathlib import Path


def replace_durably(temporary: Path, target: Path) -> None:
    """Move `temporary` over `target`: contents to disk first, then the name."""
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
