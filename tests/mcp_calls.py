"""The official MCP client, as the tests of the server that it speaks to call it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mcp.client.client import Client
from mcp_types import CallToolResult, TextContent

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}

Session = Callable[[Client], Awaitable[Any]]


def within(server: Any, session: Session, mode: str = "auto") -> Any:
    """What `session` makes of a client that is connected to `server`."""

    async def run() -> Any:
        async with Client(server, mode=mode) as client:
            return await session(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


def call(server: Any, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    async def session(client: Client) -> CallToolResult:
        return await client.call_tool(tool, arguments)

    found: CallToolResult = within(server, session, mode)
    return found


def said(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


def structured(result: CallToolResult) -> dict[str, Any]:
    assert result.structured_content is not None
    return result.structured_content
