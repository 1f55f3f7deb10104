"""Extractive, cited, corroborated briefings over a set of articles."""
