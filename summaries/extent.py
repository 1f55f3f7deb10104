"""How much of one article is looked at, so that time and memory are bounded whatever comes in."""

MOST_READ = 1_000_000  # characters: some 8,000 sentences, longer than a chapter of a novel
MOST_PASSAGES = 20_000  # of an article; more in so few characters is no prose ("a\nb\n...")


def beginning(text: str, most: int = MOST_READ) -> str:
    """As much of a text as is looked at: all of it, or the whole lines (else words) in its first `most` characters.

    A slice from the start, so that offsets in it are offsets in the text.
    """
    if len(text) <= most:
        return text
    for end in ("\n", " "):
        cut = text.rfind(end, 0, most + 1)
        if cut > 0:
            return text[:cut]
    return text[:most]
