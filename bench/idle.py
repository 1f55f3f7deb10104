"""What the running bot takes while nobody asks anything: memory and processor, connected to Slack and Discord.

    python -m bench.idle [--seconds 20]

Starts the bot as a process, beside a Slack and a Discord on the loopback and with the sample articles in a folder.
Waits until it is connected, has read them and has answered once in every chat; then looks on. Needs /proc, so Linux.
"""

import argparse
import asyncio
import os
import tempfile
import time
from html import escape
from pathlib import Path

from bot.workers import IDLE_SECONDS
from summaries.sample import sample_articles
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.installation import Installation, installed

MEMORY_GOAL, CPU_GOAL = 150, 2.0  # MB; % of a core
SAMPLE_EVERY = 0.5  # seconds


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def memory(pid: int) -> float:
    """The resident memory of the family in MB."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """The processor time of the family until now."""
    ticks = 0
    for one in family(pid):
        user, system = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def write_articles(installation: Installation) -> int:
    """Every second one as a page of HTML: reading those takes more modules."""
    articles = sample_articles()
    for number, article in enumerate(articles):
        if number % 2:
            installation.write({f"{number}.txt": article.text})
        else:
            paragraphs = "".join(f"<p>{escape(line)}</p>\n" for line in article.text.splitlines())
            page = f"<html><title>{escape(article.title)}</title><body><article>\n{paragraphs}</article></body></html>"
            installation.write({f"{number}.html": page})
    return len(articles)


async def measure(folder: Path, seconds: float) -> None:
    slack, discord = FakeSlack(), FakeDiscord()
    async with slack, discord, installed(folder, slack=slack, discord=discord) as installation:
        count = write_articles(installation)
        bot = await installation.start()
        await bot.connected("slack", "discord", "browser")
        await bot.holds(count)
        print(f"connected, {count} articles read   {memory(bot.pid):6.1f} MB")
        asked = await slack.command("harbour")
        await slack.until(lambda: asked.replies)
        await discord.use("now", options={"topic": "harbour"})
        await bot.say("harbour")
        print(f"one answer in each chat       {memory(bot.pid):6.1f} MB")
        await asyncio.sleep(IDLE_SECONDS + 3)  # until the workers that read the folder are let go
        began, cpu = time.monotonic(), cpu_seconds(bot.pid)
        peak = 0.0
        while time.monotonic() - began < seconds:
            peak = max(peak, memory(bot.pid))
            await asyncio.sleep(SAMPLE_EVERY)
        share = 100 * (cpu_seconds(bot.pid) - cpu) / (time.monotonic() - began)
        print(f"idle for {seconds:.0f} s, at most        {peak:6.1f} MB  goal {MEMORY_GOAL} MB")
        print(f"idle for {seconds:.0f} s                {share:6.1f} % of a core  goal {CPU_GOAL} %")
        await bot.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder) / "bot", parser.parse_args().seconds))


if __name__ == "__main__":
    main()
