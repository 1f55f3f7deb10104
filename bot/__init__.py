"""Readout: the chat bot around `summaries`."""

__version__ = "0.1.0"
