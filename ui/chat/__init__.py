"""The chat that readers use."""

from __future__ import annotations

from ui.chat.app import STATIC, build
from ui.chat.desk import Desk

__all__ = ["STATIC", "Desk", "build"]
