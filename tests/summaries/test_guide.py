"""The guide's examples are true."""

import doctest
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "summaries.md"


def test_every_example_of_the_guide_comes_out_as_printed() -> None:
    """They are run as they stand there."""
    results = doctest.testfile(str(GUIDE), module_relative=False)
    assert (results.failed, results.attempted) == (0, 19)
