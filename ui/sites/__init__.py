"""The sites that may embed the chat: who they are, what they may ask, and how often."""
