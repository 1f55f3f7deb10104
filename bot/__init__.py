"""Readout: the chat bot around `summaries`."""
