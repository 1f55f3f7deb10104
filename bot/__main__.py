"""The process's first statements."""


def main() -> None:
    """Stand-in until cli.py is there."""
