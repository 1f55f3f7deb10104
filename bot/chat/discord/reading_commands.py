"""What a server follows and reads besides the configuration, in Discord: the rest of /brief-admin."""

from discord import app_commands

from bot.chat.discord.schedule_commands import Answer, Choices, Interaction, Suggest
from bot.grammar import OwnTopic, Source, SourceAction, tidy

TERMS = "Words or names that a line must hold one of, with commas: harbour, old port"
RELATED = "Words that are only related to it: dredging, tides"
EXCLUDE = "A line with one of these is not about it: airport"
TITLE = "How briefings on it are headed"
ADDRESS = "The address of a feed, a page or a site"


class TopicCommands(app_commands.Group):
    """The group /brief-admin topic: the topics that a server makes for itself."""

    def __init__(self, answer: Answer, topics: Suggest) -> None:
        super().__init__(name="topic", description="The topics that this server made, beside those configured.")
        self._answer = answer
        self._topics = topics

    @app_commands.command(description="Make a topic. One press undoes it.")
    @app_commands.describe(name="Its name, in one word", terms=TERMS, related=RELATED, exclude=EXCLUDE, title=TITLE)
    async def add(
        self,
        interaction: Interaction,
        name: str,
        terms: str,
        related: str | None = None,
        exclude: str | None = None,
        title: str | None = None,
    ) -> None:
        """`/brief-admin topic add`."""
        words = f"{hyphened(name)} {topic_words(terms, related, exclude, title)}"
        await self._answer(interaction, OwnTopic(action="add", words=words))

    @app_commands.command(description="What a topic, or words that would be one, match in what is held.")
    @app_commands.describe(topic="A topic, or words with commas: harbour, old port", related=RELATED, exclude=EXCLUDE)
    async def test(
        self, interaction: Interaction, topic: str, related: str | None = None, exclude: str | None = None
    ) -> None:
        """`/brief-admin topic test`."""
        await self._answer(interaction, OwnTopic(action="test", words=topic_words(topic, related, exclude)))

    @app_commands.command(description="Give a topic other words in the place of all it has. One press undoes it.")
    @app_commands.describe(name="The topic", terms=TERMS, related=RELATED, exclude=EXCLUDE, title=TITLE)
    async def edit(
        self,
        interaction: Interaction,
        name: str,
        terms: str,
        related: str | None = None,
        exclude: str | None = None,
        title: str | None = None,
    ) -> None:
        """`/brief-admin topic edit`."""
        words = f"{hyphened(name)} {topic_words(terms, related, exclude, title)}"
        await self._answer(interaction, OwnTopic(action="edit", words=words))

    @app_commands.command(description="End a topic. One press undoes it.")
    @app_commands.describe(name="The topic")
    async def remove(self, interaction: Interaction, name: str) -> None:
        """`/brief-admin topic remove`."""
        await self._answer(interaction, OwnTopic(action="remove", words=hyphened(name)))

    @test.autocomplete("topic")
    @edit.autocomplete("name")
    @remove.autocomplete("name")
    async def _names_like(self, interaction: Interaction, typed: str) -> Choices:
        return await self._topics(interaction, typed)


class SourceCommands(app_commands.Group):
    """The group /brief-admin source: the sources that a server adds for itself."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(name="source", description="The sources that this server added, beside those configured.")
        self._answer = answer

    @app_commands.command(description="Read a feed, a page or a site from now on. One press undoes it.")
    @app_commands.describe(address=ADDRESS)
    async def add(self, interaction: Interaction, address: str) -> None:
        """`/brief-admin source add`."""
        await self._about(interaction, "add", address)

    @app_commands.command(description="What is behind an address, and its last articles; nothing is added.")
    @app_commands.describe(address=ADDRESS)
    async def test(self, interaction: Interaction, address: str) -> None:
        """`/brief-admin source test`."""
        await self._about(interaction, "test", address)

    @app_commands.command(description="Read a source no more. One press undoes it.")
    @app_commands.describe(name="Its name, as /brief sources lists it")
    async def remove(self, interaction: Interaction, name: str) -> None:
        """`/brief-admin source remove`."""
        await self._about(interaction, "remove", name)

    @app_commands.command(description="Read all sources now, as far as their servers allow, and tell what came of it.")
    async def check(self, interaction: Interaction) -> None:
        """`/brief-admin source check`."""
        await self._about(interaction, "check", "")

    @app_commands.command(name="import", description="Add the feeds of a list.")
    @app_commands.describe(address="The address of an OPML file")
    async def bring_in(self, interaction: Interaction, address: str) -> None:
        """`/brief-admin source import`."""
        await self._about(interaction, "import", address)

    @app_commands.command(description="The feeds that this server added, as OPML.")
    async def export(self, interaction: Interaction) -> None:
        """`/brief-admin source export`."""
        await self._about(interaction, "export", "")

    async def _about(self, interaction: Interaction, action: SourceAction, words: str) -> None:
        await self._answer(interaction, Source(action=action, words=tidy(words)))


def hyphened(name: str) -> str:
    """A topic's name in one word, as the words after it need it."""
    return "-".join(tidy(name).split())


def topic_words(terms: str, related: str | None, exclude: str | None, title: str | None = None) -> str:
    """The words of a topic as they would be typed; a bar within one of them would begin another part."""
    parts = (("", terms), ("related: ", related), ("exclude: ", exclude), ("title: ", title))
    return " | ".join(f"{kind}{said}" for kind, typed in parts if (said := tidy((typed or "").replace("|", " "))))
