"""A client of a running server, for Python programs: `Client(url).ask(question)`.

It stands on httpx alone; importing it loads no model and no web framework.
"""

from ui.client.client import Client
from ui.client.errors import (
    BadRequest,
    Busy,
    ClientError,
    NotAllowed,
    NotFound,
    QuotaReached,
    ReadOnly,
    ServerFailed,
    TooSlow,
    Unreachable,
)
from ui.client.events import Done, Said, Sources, Told, Understood, Waiting, turn

__all__ = [
    "BadRequest",
    "Busy",
    "Client",
    "ClientError",
    "Done",
    "NotAllowed",
    "NotFound",
    "QuotaReached",
    "ReadOnly",
    "Said",
    "ServerFailed",
    "Sources",
    "Told",
    "TooSlow",
    "Understood",
    "Unreachable",
    "Waiting",
    "turn",
]
