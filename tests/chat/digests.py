"""A digest that was made in chat, carried by the real carrier to whichever chat is tested."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.config import Settings, SourceSettings, TopicSettings
from bot.digest import Chat, deliver
from bot.plans import parse_plan
from bot.store import SHARED, Delivery, Store, Subscription
from bot.tick import tick
from summaries import Article

NEWS = (
    "Aid convoys reached Gaza on Monday after the crossing was opened for six hours, the agency said.",
    "Fishermen in Gaza may sail nine miles out again from Sunday, the port's harbour master announced.",
    "Schools in Gaza will reopen in three shifts next week, teachers told the education committee.",
)


class House:
    """A store with a source and digests. The clock begins now, as platforms' do, and is moved from slot to slot."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = datetime.now(UTC)
        self.settings = Settings(
            sources=(SourceSettings(name="wire", kind="feed", url="https://wire.example/feed"),),
            topics=(TopicSettings(name="gaza", terms=("gaza",)),),
        )
        self._told = 0

    async def make(self, target: str, options: str = "", *, space: str, owner: str) -> Subscription:
        """A daily digest on Gaza whose next slot is in some hours."""
        await self.store.sync_sources(self.settings.sources, now=self.now)
        later = self.now + timedelta(hours=2)
        plan = parse_plan(f"gaza daily {later:%H:%M} {options}", timezone="UTC", example="")
        return await self.store.add_subscription(
            space, name="Gaza", target=target, plan=plan, owner=owner, now=self.now
        )

    async def arrive(self, text: str | None = None) -> str:
        """An article comes; its text."""
        (source,) = await self.store.sources(SHARED)
        text = text or NEWS[self._told]
        self._told += 1
        await self.store.add_articles(source.id, [Article(text=text, language="en")], baseline=False, now=self.now)
        return text

    async def due(self, made: Subscription) -> str:
        """The key of its next delivery, at the time of its slot."""
        self.now = (await self.store.subscription(made.id)).next_slot
        (key,) = await tick(self.store, now=self.now, grace=timedelta(hours=12))
        return key

    async def deliver(self, key: str, chat: Chat) -> Delivery:
        """Carry a delivery as far as it goes now; the row as it is then."""
        chats: Mapping[str, Chat] = {"slack": chat, "discord": chat}
        await deliver(key, store=self.store, chats=chats, settings=self.settings, clock=lambda: self.now)
        found = await self.store.delivery(key)
        assert found is not None
        return found

    async def digest(self, made: Subscription, chat: Chat) -> Delivery:
        """Its next digest, with news."""
        await self.arrive()
        return await self.deliver(await self.due(made), chat)
