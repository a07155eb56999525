"""Byline beside others that do the same work, on the same articles and questions.

contestants.py   who, and how each is set up
installing.py    an environment for each
collection.py    the articles and the questions
drivers/         what runs in each environment
process.py       a run in a process of its own
running.py       the rounds
comparing.py     the arithmetic
showing.py       what is told of it
"""
