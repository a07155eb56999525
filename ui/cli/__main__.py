"""`python -m ui.cli`: the same command where it is not installed."""

from ui.cli import main

if __name__ == "__main__":
    main()
