"""A small newspaper's website to see the widget on: `python -m ui.demo`."""

from ui.demo.site import create_demo

__all__ = ["create_demo"]
