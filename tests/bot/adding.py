"""Processes that add articles to a store until they are killed; for test_store_kill.py.

`python -m tests.bot.adding URL` makes one for each number it reads: it adds from that number on, five articles a
transaction, and prints its process id and then how many are certainly in. "dead" follows when it is.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime

from bot.store import SHARED, Store
from summaries import Article

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
EACH = 5


async def add(url: str, number: int) -> None:
    """Add articles from that number on, without end."""
    store = await Store.open(url)
    (source,) = await store.sources(SHARED)
    while True:
        found = [
            Article(text=f"Ships {n} reached Gaza.", title=f"T{n}", url=f"https://a.example/{n}", language="en")
            for n in range(number, number + EACH)
        ]
        await store.add_articles(source.id, found, baseline=False, now=NOW)
        number += EACH
        say(number)


def say(what: object) -> None:
    os.write(1, f"{what}\n".encode())


def main(url: str) -> None:
    for line in sys.stdin:
        child = os.fork()  # quicker than a process that imports everything anew
        if not child:
            say(os.getpid())
            asyncio.run(add(url, int(line)))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main(sys.argv[1])
