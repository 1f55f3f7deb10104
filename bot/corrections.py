"""Corrections: what an article says otherwise since it was quoted is struck in the post, and said once below it."""

import asyncio
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import lines
from bot.config import Settings
from bot.digest import POST_WITHIN, Chat
from bot.errors import ChannelClosed, NotEdited, NotPosted, OutcomeUnknown
from bot.pacing import Pace
from bot.posted import message_of
from bot.store import Correction, CorrectionKind, Delivery, Store
from bot.store.corrections import Posted
from bot.store.schedule import Waiting
from bot.work import off_loop
from summaries import Article, Briefing, Citation, Shown, cite, passages

log = structlog.get_logger(__name__)

REACH = timedelta(hours=48)  # so long after a post its articles are looked at
LOOK_EVERY = timedelta(seconds=60)
TOGETHER = 200  # posts looked at together: thousands may have been made in a minute
EDIT_EVERY = timedelta(seconds=2)
SOON = 0.1  # seconds, in which a platform at its rate makes room for the next
LEASE = timedelta(seconds=60)  # of an edit; two at once would both show the same
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
MOST_ATTEMPTS = 300  # some two days of pauses: what was not edited by then stays as it is

_WORDS = re.compile(r"\w+(?:[.,]\d+)*")  # 1,200.5 is one word: its signs are no markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """That the quoted words no longer stand in their article; `now` says the same there by now, if anything does."""

    now: Citation | None


def verdict(was: Citation, article: Article) -> Verdict | None:
    """What became of quoted words in a newer version of their article; None while they stand there, whatever white
    space, punctuation or markup is around and between them.

    The new wording is the passage that says the same by content (`summaries.Shown`), of several the one that shares
    most words; a slice of the new version.
    """
    quoted = _words(was.quote)
    if not quoted or _stands_in(quoted, _words(article.text)):
        return None
    before = Shown([was])
    said = [cite(one) for one in passages(article) if one.kind != "heading"]
    close = [one for one in said if before.novelty(replace(one, published=None)).status != "new"]
    best = max(close, key=lambda one: (_shared(quoted, _words(one.quote)), -one.start), default=None)
    return Verdict(now=best)


def corrections_of(
    post: Delivery, briefings: Sequence[Briefing], articles: Mapping[str, Article], *, now: datetime
) -> tuple[Correction, ...]:
    """What a post quotes, in its lines, in other wordings of them and around them, and the articles, as they are given,
    no longer hold. Pure."""
    found = []
    for number, at, was in lines.quoted_in(briefings):
        article = articles.get(was.article)
        judged = verdict(was, article) if article is not None else None
        if judged is not None:
            kind: CorrectionKind = "gone" if judged.now is None else "changed"
            made = Correction(delivery=post.key, line=number, quote=at, kind=kind, was=was, now=judged.now, at=now)
            found.append(made)
    return tuple(found)


class Corrections:
    """Looks at the articles of what was posted of late, and makes the edits that are asked for."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Chat],
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._chats = chats
        self._settings = settings
        self._clock = clock
        self._pace = pace  # the budgets that edits share with posts; without any, all that is due is made at once
        self._judged: set[tuple[str, str, int]] = set()  # post, article and the version of it that was looked at

    async def run(self) -> None:
        """Work until cancelled."""
        looked: datetime | None = None
        while True:
            now = self._clock()
            if looked is None or not timedelta() <= now - looked < LOOK_EVERY:
                await self.look()
                looked = now
            more = await self.edit_due()
            await asyncio.sleep(SOON if more else EDIT_EVERY.total_seconds())

    async def look(self) -> None:
        """Correct every post of the last 48 hours that quotes what its article no longer says."""
        if not self._settings.delivery.corrections:
            return
        since, last, keys = self._clock() - REACH, "", set[str]()
        while posts := await self._store.posted_since(since, after=last, limit=TOGETHER):
            last = posts[-1].key
            keys.update(post.key for post in posts)
            shown = {post.key: await shown_in(self._store, post) for post in posts}
            changed = await self._store.changed_articles(one for ids in shown.values() for one in ids)
            for key, ids in shown.items():
                await self._compare(
                    key, ids, {article: at for one in ids for article, at in changed.get(one, {}).items()}
                )
        self._judged = {one for one in self._judged if one[0] in keys}

    async def _compare(self, key: str, shown: Sequence[str], versions: Mapping[str, int]) -> None:
        """Judge a post by those versions of its articles that it was not judged by yet."""
        fresh = {one for one, at in versions.items() if (key, one, at) not in self._judged}
        post = await self._store.delivery(key) if fresh else None
        if post is not None:
            await self._judge(post, shown, fresh)
            self._judged |= {(key, one, versions[one]) for one in fresh}

    async def edit_due(self) -> bool:
        """Make the edits that are due and may be made now; whether some are left that may soon be."""
        due = await self._store.due_edits(now=self._clock())
        chosen: Sequence[Waiting] = due
        held: tuple[str, ...] = ()
        if self._pace is not None:
            at = asyncio.get_running_loop().time()
            chosen, held = self._pace.choose(due, len(due), at), self._pace.held(at)
        for one in chosen:
            try:
                await self.edit(one.key)
            except Exception:
                # The row keeps its wish: it is taken up again when its lease ends.
                log.exception("edit failed", delivery=one.key)
        return any(one not in chosen and one.platform not in held for one in due)

    async def edit(self, key: str) -> None:
        """Let a post show what it should by now. Safe to call at any time, any number of times: the same rows make the
        same message."""
        edit = await self._store.claim_edit(key, now=self._clock(), lease=LEASE)
        post = await self._store.delivery(key)
        if edit is None or post is None or post.message_id is None:
            return
        subscription = replace(await self._store.subscription(post.subscription_id), target=post.target)
        chat = self._chats.get(subscription.platform)
        if chat is None or edit.attempts > MOST_ATTEMPTS:
            await self._store.edited(edit)
            log.warning("post not edited", delivery=key, reason="its chat is not connected, or it was tried for days")
            return
        url = self._settings.web.public_url
        try:
            message = await message_of(post, subscription, store=self._store, public_url=url, edited=True)
            async with asyncio.timeout(POST_WITHIN.total_seconds()):
                await chat.edit(subscription.channel, post.message_id, message, key)
        except (NotEdited, ChannelClosed) as fault:
            log.warning("post not edited", delivery=key, reason=str(fault))
        except NotPosted as fault:
            await self._store.edit_later(edit, at=self._clock() + fault.retry_after, reason=str(fault))
            return
        except (OutcomeUnknown, TimeoutError) as fault:
            pause = min(FIRST_PAUSE * 2 ** min(edit.attempts - 1, 10), LONGEST_PAUSE)
            reason = str(fault) or "no reply in time"
            await self._store.edit_later(edit, at=self._clock() + pause, reason=reason)
            return
        else:
            log.info("post edited", delivery=key)
        await self._store.edited(edit)

    async def _judge(self, post: Delivery, shown: Sequence[str], changed: set[str]) -> None:
        briefings = await briefings_of(self._store, post.space, shown)
        articles = {one.id: one for one in await self._store.named(post.space, changed)}
        now = self._clock()
        found = await off_loop(corrections_of, post, briefings, articles, now=now)
        if found and await self._store.correct(post, found, comment=comment_key(post, found), now=now):
            log.info("post corrected", delivery=post.key, lines=[one.line for one in found])


async def shown_in(store: Store, post: Delivery | Posted) -> tuple[str, ...]:
    """The ids of the briefings that a post shows by now, in their order: those of an alert grow."""
    if post.kind != "alert":
        return post.briefings
    return tuple(one.briefing for one in await store.alerts_in(post.key))


async def briefings_of(store: Store, space: str, ids: Sequence[str]) -> tuple[Briefing, ...]:
    """The briefings that are still kept, in their order."""
    found = [await store.briefing(space, one) for one in ids]
    return tuple(one for one in found if one is not None)


async def strike(
    store: Store,
    post: Delivery,
    which: Callable[[int, Citation], bool],
    *,
    reason: str | None,
    now: datetime,
) -> int:
    """Strike the lines of a post, or the wordings of them, that `which` names by number and citation; of how many
    lines something was not struck before."""
    briefings = await briefings_of(store, post.space, await shown_in(store, post))
    known = {(one.line, one.quote) for one in await store.corrections(post.key) if one.kind == "struck"}
    found = tuple(
        Correction(delivery=post.key, line=number, quote=at, kind="struck", was=one, reason=reason, at=now)
        for number, at, one in lines.quoted_in(briefings)
        if (number, at) not in known and which(number, one)
    )
    if found:
        await store.correct(post, found, comment=comment_key(post, found), now=now)
    return len({one.line for one in found})


def comment_key(post: Delivery, several: Sequence[Correction]) -> str:
    """The key of the comment that tells of these corrections: the same ones always have the same one."""
    told = "\n".join("\t".join(_told(one)) for one in several)
    return f"c:{post.key}:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _told(one: Correction) -> tuple[str, ...]:
    words = (str(one.line), one.kind, one.now.quote if one.now is not None else "")
    return (*words, str(one.quote)) if one.quote else words


def _words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())


def _stands_in(quoted: Sequence[str], words: Sequence[str]) -> bool:
    return f" {' '.join(quoted)} " in f" {' '.join(words)} "


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    both = len(set(one) & set(other))
    return round(both / len(set(one) | set(other)), 9) if both else 0.0
