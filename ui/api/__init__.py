"""The versioned HTTP API: an assistant over an archive for other people's sites and programs."""
