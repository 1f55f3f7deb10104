"""Measured claims: each module prints its figures and how to measure them again."""
