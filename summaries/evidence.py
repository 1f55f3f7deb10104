"""What speaks for an article's being of a story, and how much."""

from dataclasses import dataclass
from math import log, log1p, sqrt

MOST_DIFFERING = 3  # counts, either way; a long table of results would outweigh all else
PREFER_NEW = 0.5  # log odds asked for beyond even: one wrong article draws others of its story after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an article's being of a story. The second score; the first is the cosine that finds candidates.

    Shares are of 1. Where one side has nothing to compare (no names in a script without capitals, no weekday) the
    usual value stands, so that it speaks neither for nor against.
    """

    likeness: float  # cosine with the centroid in units of the story's own; see `OpenStory.likeness`
    lead: float = 0.1  # mean cosine of the names in the lead with those in the leads of the story's articles
    known: float = 0.6  # share of the names in the lead that any article of the story has
    names: float = 0.4  # share of the story's names that the article has
    numbers: float = 0.15  # share of the story's numbers that the article has
    differing: int = 0  # matters of which both tell how many, and tell otherwise, less those where they agree
    weekday: float = 0.6  # share of the story's articles with weekdays that name the same one
    year: float = 0.0  # how telling a year is that both print in the dateline; 0 if none
    length: int = 0  # stems of the article; the longer, the more it has in common with anything
    usual_length: float = 0.0  # of an article of the story
    idle: float = 0.0  # share of the window in which nobody wrote about the story

    @property
    def score(self) -> float:
        """Log odds, more or less: above 0 the article is of the story.

        Logistic regression on each half of a set of look-alike stories gave the weights; they are rounded, and then
        moved where both halves gain. `idle` was not fitted, since that set has no dates; it is a weak sign.
        """
        longer = log((1 + self.length) / (1 + self.usual_length))
        return (
            3 * log(0.03 + self.likeness)  # .03: having nothing in common is no infinite counter-evidence
            + 5 * sqrt(max(0.0, self.lead))
            + 2 * self.known
            + 7.5 * self.names
            + 4 * self.numbers
            - 0.5 * max(-MOST_DIFFERING, min(MOST_DIFFERING, self.differing))
            + 2 * self.weekday
            + 5 * self.year
            - 1.0 * log1p(self.length)
            - 2.0 * max(0.0, longer)
            - self.idle
            - PREFER_NEW
        )


USUAL = Evidence(likeness=0)
