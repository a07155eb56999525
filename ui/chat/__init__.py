"""The chat that readers use: `ui.chat.app.build`, served by `ui.server`."""
