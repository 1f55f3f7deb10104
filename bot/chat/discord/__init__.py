"""Readout in Discord."""
