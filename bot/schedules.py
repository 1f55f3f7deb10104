"""The commands about subscriptions: of a channel (`schedule`) and of a person (`follow`, `following`, `unfollow`)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import agenda
from bot.addresses import misfit
from bot.errors import AskerError
from bot.grammar import echo
from bot.horizon import Horizon, slot_words
from bot.matching import fold, meant
from bot.message import Button, Message, Option
from bot.plans import Options, Plan, parse_change, parse_plan, rule_of
from bot.store import Slot, Store, Subscription
from summaries import Topic

MOST = 100  # subscriptions of one space
FOLLOWED_AT = "weekdays 08:30"  # where somebody follows a topic and names no time

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who wants a subscription, and where, as far as it matters here."""

    space: str
    platform: str  # slack, discord or browser
    channel: str | None
    person: str
    timezone: str | None  # from their profile
    can_manage: bool  # may make, change and end the subscriptions of this channel
    command: str  # what they type: /brief

    @property
    def scheduling(self) -> str:
        """What they type to change a channel's schedule."""
        return "/brief-admin schedule" if self.platform == "discord" else f"{self.command} schedule"

    @property
    def channel_target(self) -> str:
        """The target of this channel's subscriptions."""
        return "browser" if self.platform == "browser" else f"{self.platform}:{self.channel}"

    @property
    def own_target(self) -> str:
        """The target of their own subscriptions: messages to them alone. The browser chat has one reader."""
        match self.platform:
            case "slack":
                return f"slack:{self.person}"
            case "discord":
                return f"discord:@{self.person}"
            case _:
                return "browser"


class Schedules:
    """Makes, lists, changes and ends subscriptions."""

    def __init__(
        self,
        store: Store,
        topics: Callable[[str], Awaitable[Sequence[Topic]]],
        *,
        timezone: str | None,
        clock: Callable[[], datetime],
    ) -> None:
        """`topics` gives those that a space follows."""
        self._store = store
        self._topics = topics
        self._timezone = timezone
        self._clock = clock

    async def add(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        """`schedule add ukraine,gaza weekdays 08:30,17:00 Europe/Berlin ...`: a digest for this channel."""
        _must_manage(asker)
        target = _channel_of(asker)
        example = f"{asker.scheduling} add {await self._first_topic(asker)} weekdays 08:30 Europe/Berlin"
        plan = await self._known(asker, parse_plan(words, timezone=await self._zone(asker, target), example=example))
        _must_fit(asker, plan.options, target)
        made = await self._make(asker, plan, target)
        return await self._told(asker, made, plan, horizon, "This channel gets")

    async def edit(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        """`schedule edit 2 daily 9:00 size:long`: other topics, times or options; what is not named stays."""
        _must_manage(asker)
        which, _, rest = words.partition(" ")
        found = await self._find(asker, which, _channel_of(asker))
        self._must_own(asker, found)
        was = Plan(topics=found.topics, rule=rule_of(found.rule, found.timezone), options=found.options)
        if not rest.strip():
            raise AskerError(
                f"What is to change? It is now: {was.words()}. Name what is to be otherwise; the rest stays."
            )
        followed = await self._topics(asker.space)
        plan = parse_change(rest, was, is_topic=lambda word: meant(word, followed) is not None)
        name = None
        if plan.topics != was.topics:
            plan = await self._known(asker, plan)
            name = await self._name_of(asker, plan)
        _must_fit(asker, plan.options, found.target)
        edited = await self._store.edit_subscription(found.id, plan, name=name, now=self._clock())
        log.info("subscription_edited", subscription=edited.name, space=asker.space, person=asker.person)
        return await self._told(asker, edited, plan, horizon, "Changed. This channel gets", back=_back(asker, edited))

    async def list(self, asker: Asker, horizon: Horizon) -> Message:
        """`schedule list`: the digests of this channel, numbered."""
        here = await self._here(asker, _channel_of(asker))
        if not here:
            example = f"{asker.scheduling} add {await self._first_topic(asker)} weekdays 08:30 Europe/Berlin"
            return Message(
                title="Schedule", intro=((f"No digest is scheduled for this channel. Make one: {example}",),)
            )
        return agenda.listed("Schedule of this channel", here, horizon)

    async def pause(self, asker: Asker, which: str) -> Message:
        """`schedule pause 2`."""
        found = await self._find(asker, which, asker.channel_target)
        self._must_own(asker, found)
        await self._store.pause_subscription(found.id, "paused in chat")
        log.info("subscription_paused", subscription=found.name, space=asker.space, person=asker.person)
        go_on = Button(label="Resume", action="resume", value=str(found.id))
        return Message(
            title="Paused", intro=((f"{found.name} posts nothing until it is resumed.",),), controls=(go_on,)
        )

    async def resume(self, asker: Asker, which: str, horizon: Horizon) -> Message:
        """`schedule resume 2`: what came meanwhile is in the next digest."""
        found = await self._find(asker, which, asker.channel_target)
        self._must_own(asker, found)
        resumed = await self._store.resume_subscription(found.id, now=self._clock())
        log.info("subscription_resumed", subscription=found.name, space=asker.space, person=asker.person)
        at = slot_words(resumed.next_slot, horizon, whole=True)
        return Message(title="Resumed", intro=((f"{found.name} goes on: {at} ({horizon.timezone}).",),))

    async def run(self, asker: Asker, which: str) -> Message:
        """`schedule run 2`: its digest now, beside those of its schedule."""
        _must_manage(asker)
        found = await self._find(asker, which, _channel_of(asker))
        self._must_own(asker, found)
        if not found.active:
            raise AskerError(f"{found.name} is paused: {found.paused}. Resume it first.")
        now = self._clock().replace(microsecond=0)
        await self._store.advance(found, [Slot(at=now)], next_slot=found.next_slot, now=now)
        unless = ", unless nothing is new: it skips empty ones" if found.options.skip_empty else ""
        return Message(title="On its way", intro=((f"The digest {found.name} is posted here in a moment{unless}.",),))

    async def remove(self, asker: Asker, which: str) -> Message:
        """`schedule remove 2`; one press undoes it."""
        found = await self._find(asker, which, asker.channel_target)
        self._must_own(asker, found)
        await self._store.remove_subscription(found.id, now=self._clock())
        log.info("subscription_removed", subscription=found.name, space=asker.space, person=asker.person)
        undo = Button(label="Undo", action="restore", value=f"{found.id}:{found.name[:60]}")
        return Message(title="Removed", intro=((f"{found.name} posts nothing any more.",),), controls=(undo,))

    async def restore(self, asker: Asker, value: str, horizon: Horizon) -> Message:
        """Undo a removal."""
        number, _, name = value.partition(":")
        found = await self._by_id(asker, number)
        self._must_own(asker, found)
        restored = await self._store.restore_subscription(found.id, name or "digest", now=self._clock())
        at = slot_words(restored.next_slot, horizon, whole=True)
        return Message(title="Restored", intro=((f"{restored.name} goes on: {at} ({horizon.timezone}).",),))

    async def follow(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        """`follow ukraine weekdays 08:30 Europe/Kyiv`: a digest to the asker alone."""
        if not asker.person:
            raise AskerError("Only somebody who is known here can follow a topic: nobody could be told.")
        zone = await self._zone(asker, asker.own_target)
        typed = words if " " in words.strip() else f"{words} {FOLLOWED_AT}"
        example = f"{asker.command} follow {await self._first_topic(asker)} weekdays 08:30 Europe/Kyiv"
        plan = await self._known(asker, parse_plan(typed if words.strip() else "", timezone=zone, example=example))
        _must_fit(asker, plan.options, asker.own_target)
        made = await self._make(asker, plan, asker.own_target)
        return await self._told(asker, made, plan, horizon, "You get")

    async def following(self, asker: Asker, horizon: Horizon) -> Message:
        """`following`: the asker's own digests, numbered."""
        mine = await self._here(asker, asker.own_target)
        if not mine:
            example = f"{asker.command} follow {await self._first_topic(asker)} weekdays 08:30 Europe/Kyiv"
            return Message(title="Following", intro=((f"You follow nothing yet. Try: {example}",),))
        return agenda.listed("You follow", mine, horizon)

    async def unfollow(self, asker: Asker, which: str) -> Message:
        """`unfollow 1` or `unfollow ukraine`."""
        found = await self._find(asker, which, asker.own_target)
        return await self.remove(asker, f"id:{found.id}")

    async def suggest(self, asker: Asker, typed: str, *, own: bool) -> tuple[Option, ...]:
        """The digests of the asker, or of this channel, that what was typed so far may mean."""
        here = await self._here(asker, asker.own_target if own else asker.channel_target)
        begun = fold(typed)
        named = ((f"{number} · {one.name} · {one.rule}", one) for number, one in enumerate(here, 1))
        return tuple(Option(label=label[:100], value=f"id:{one.id}") for label, one in named if begun in fold(label))

    async def _make(self, asker: Asker, plan: Plan, target: str) -> Subscription:
        known = await self._store.subscriptions(asker.space)
        own = [one for one in known if not one.configured]
        if len(own) >= MOST:
            raise AskerError(f"There are {MOST} digests here already. Remove one that nobody reads.")
        if any(_is_same(one, plan, target) for one in own):
            raise AskerError("There is that very digest already.")
        name = await self._name_of(asker, plan)
        made = await self._store.add_subscription(
            asker.space, name=name, target=target, plan=plan, owner=asker.person, now=self._clock()
        )
        log.info("subscription_made", subscription=made.name, space=asker.space, person=asker.person)
        return made

    async def _zone(self, asker: Asker, target: str) -> str | None:
        """The zone where none is written: that of the other digests there, else the asker's, else the configured one;
        never the host's."""
        others = [one for one in await self._store.subscriptions(asker.space) if one.target == target]
        return others[0].timezone if others else asker.timezone or self._timezone

    async def _here(self, asker: Asker, target: str) -> tuple[Subscription, ...]:
        every = await self._store.subscriptions(asker.space)
        return tuple(sorted((one for one in every if one.target == target), key=lambda one: one.id))

    async def _find(self, asker: Asker, which: str, target: str) -> Subscription:
        """The subscription of that number in the target's list, of that name, or on that topic; `id:7` is one itself.
        Raises AskerError, also for one of the configuration."""
        kind, _, number = which.partition(":")
        found = await self._by_id(asker, number) if kind == "id" else _chosen(which, await self._here(asker, target))
        if found.configured:
            raise AskerError(f"{found.name} is managed in config.toml; change it there.")
        return found

    async def _by_id(self, asker: Asker, number: str) -> Subscription:
        try:
            found = await self._store.subscription(int(number) if number.isascii() and number.isdigit() else -1)
        except KeyError:
            found = None
        mine = found is not None and found.target == asker.own_target != "browser"  # a press in one's direct messages
        if found is None or not (mine or found.space == asker.space):
            raise AskerError("There is no such digest any more.")
        return found

    def _must_own(self, asker: Asker, found: Subscription) -> None:
        """A person's own digests are theirs; a channel's are its managers'."""
        if found.target == asker.own_target and found.target != "browser":
            return
        if not asker.can_manage or found.target not in {asker.channel_target, "browser"}:
            raise AskerError("This digest is not yours to change. Ask somebody who manages its channel.")

    async def _first_topic(self, asker: Asker) -> str:
        return (await self._topics(asker.space))[0].name

    async def _known(self, asker: Asker, plan: Plan) -> Plan:
        """The plan with the topics' own names. Raises AskerError for one that is not followed here."""
        names = []
        followed = await self._topics(asker.space)
        for name in plan.topics:
            topic = meant(name, followed)
            if topic is None:
                known = ", ".join(sorted(one.name for one in followed))
                raise AskerError(f"I follow no topic called “{echo(name)}”. Try: {known}.")
            names.append(topic.name)
        return Plan(topics=tuple(dict.fromkeys(names)), rule=plan.rule, options=plan.options)

    async def _told(
        self, asker: Asker, one: Subscription, plan: Plan, horizon: Horizon, who: str, *, back: str | None = None
    ) -> Message:
        """What was made, on which topics, and which of its sources nothing is called."""
        names = plan.options.sources
        states = await self._store.sources(asker.space) if names else ()
        read = [fold(f"{one.name} {one.title or ''} {one.outlet or ''}") for one in states]
        unread = [name for name in names if not any(fold(name) in one for one in read)]
        subject = await self._headings(asker, plan.topics)
        lead = f"{who} a digest on {subject}"
        return agenda.made(one, plan.rule, horizon, lead, self._clock(), unread=unread, back=back)

    async def _name_of(self, asker: Asker, plan: Plan) -> str:
        """What a digest is called: by its topics."""
        return (await self._headings(asker, plan.topics))[:60]

    async def _headings(self, asker: Asker, names: Sequence[str]) -> str:
        headings = {topic.name: topic.heading for topic in await self._topics(asker.space)}
        return ", ".join(headings.get(name, name) for name in names)


def _must_manage(asker: Asker) -> None:
    if not asker.can_manage:
        raise AskerError(
            "Only who manages this server or channel can change its schedule. Follow a topic for yourself:"
            f" {asker.command} follow"
        )


def _must_fit(asker: Asker, options: Options, target: str) -> None:
    """What the platform cannot do is said when it is asked for, not when it is due."""
    amiss = misfit(target, to=options.to, ping=options.ping, publish=options.publish)
    if amiss is not None:
        raise AskerError(amiss)
    if options.ping is not None and options.ping == asker.space.partition(":")[2]:
        raise AskerError("That role is everyone, and I ping nobody but the members of one role.")


def _back(asker: Asker, one: Subscription) -> str:
    """How the options that it has are taken back, as the asker's chat takes it."""
    words = one.options.back()
    return f"no: {words.replace(':no', '').replace('+', '')}" if words and asker.platform == "discord" else words


def _channel_of(asker: Asker) -> str:
    if asker.channel is None and asker.platform != "browser":
        raise AskerError("This works in a channel.")
    return asker.channel_target


def _chosen(which: str, here: Sequence[Subscription]) -> Subscription:
    """The one that a number, a name or else a topic means."""
    word = which.strip().lstrip("#")
    if not word:
        raise AskerError("Which one? Write its number in the list.")
    if word.isascii() and word.isdigit():
        if not 1 <= int(word[:4]) <= len(here):
            raise AskerError(f"There is no number {word[:4]} in the list: it has {len(here)}.")
        return here[int(word) - 1]
    wanted = fold(word)
    called = [one for one in here if fold(one.name) == wanted]
    named = called or [one for one in here if wanted in {fold(topic) for topic in one.topics}]
    if not named:
        raise AskerError(f"Of the digests here none is called “{echo(word)}”. Write its number in the list.")
    if len(named) > 1:
        numbers = [str(number) for number, one in enumerate(here, 1) if one in named]
        listed = f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        raise AskerError(f"The digests {listed} are on “{echo(word)}”. Write the number of the one you mean.")
    return named[0]


def _is_same(one: Subscription, plan: Plan, target: str) -> bool:
    planned = (target, plan.topics, plan.rule.phrase, plan.rule.timezone, plan.options)
    return (one.target, one.topics, one.rule, one.timezone, one.options) == planned
