"""A language model may write the answer; nothing of it is shown unverified."""
