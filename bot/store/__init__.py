"""The store: tables, migrations and queries. Nothing else knows SQL."""

from bot.config import SHARED
from bot.holdings import Holdings
from bot.store.alerts import Alert, Alerts, Rising, alert_key
from bot.store.articles import Arrivals, Articles, FileRead
from bot.store.briefings import Briefings
from bot.store.by_hand import ByHand, HandPost
from bot.store.carriage import Carriage, Composed, Grounds
from bot.store.corrections import Correction, CorrectionKind, Corrections, Edit
from bot.store.finding import Finding
from bot.store.intake import Added, Arrival
from bot.store.interests import Interests
from bot.store.lock import Lock
from bot.store.matches import Progress, Unmatched
from bot.store.memory import Memory, Post
from bot.store.pages import PageLines, Pages
from bot.store.retention import LetGo, Retention
from bot.store.schedule import Content, Delivery, Schedule, Slot, State, delivery_key
from bot.store.sources import Outcome, Sources, SourceState
from bot.store.stories import Mark, StoriesKept
from bot.store.subscriptions import Subscription, Subscriptions
from bot.store.topics import Topics

__all__ = [
    "SHARED",
    "Added",
    "Alert",
    "Arrival",
    "Arrivals",
    "Composed",
    "Content",
    "Correction",
    "CorrectionKind",
    "Delivery",
    "Edit",
    "FileRead",
    "Grounds",
    "HandPost",
    "Holdings",
    "Interests",
    "LetGo",
    "Lock",
    "Mark",
    "Outcome",
    "PageLines",
    "Post",
    "Progress",
    "Rising",
    "Slot",
    "SourceState",
    "State",
    "Store",
    "Subscription",
    "Unmatched",
    "alert_key",
    "delivery_key",
]


class Store(
    Sources,
    Articles,
    Finding,
    Briefings,
    Subscriptions,
    Schedule,
    Carriage,
    Memory,
    Retention,
    Alerts,
    Corrections,
    ByHand,
    Topics,
    StoriesKept,
    Pages,
):
    """An open database and every query on it: `await Store.open(url)`, and `close` at the end."""
