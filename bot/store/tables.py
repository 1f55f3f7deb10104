"""The tables, as queries see them. `migrations/` makes them; a test holds the two together."""

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import BigId, SearchWords, UtcTime

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),  # folder, feed, page
    Column("address", Text, nullable=False),  # path or URL, as it was given
    Column("adopted", Text),  # where it is read instead, since it moved there for good
    Column("owner", String),  # the target that reaches the person who added it, where one did
    Column("outlet", String),
    Column("language", String),
    Column("active", Boolean, nullable=False),
    Column("baseline_at", UtcTime),  # the first successful read: what it brought is not news
    Column("last_read", UtcTime),
    Column("last_outcome", String),
    Column("error", Text),
    Column("failures", Integer, nullable=False),  # in a row
    Column("failing_since", UtcTime),
    Column("next_poll", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),  # `next_poll` again while somebody reads it
    Column("etag", Text),
    Column("modified", Text),
    Column("title", Text),  # what the feed or an OPML file calls it; `name` is the handle
    Column("folder", Text),  # where it stood in an OPML file: News/World
    Column("configured", Boolean, nullable=False, server_default=sa.true()),  # in config.toml; else added by people
    Column("content_hash", String),  # sha256 of the body last read
    Column("ttl_seconds", Integer),  # how long the server said its answer is good
    Column("changed_at", UtcTime),  # when a read last brought something new or changed
    Column("change_seconds", Integer),  # the smoothed time between such changes
    Column("moved_to", Text),  # where the server says that it moved for good
    Column("moved_times", Integer, nullable=False, server_default="0"),  # how often it said so in a row
    Column("moved_since", UtcTime),
    Column("paused", Text),  # why it is not polled
    Column("notified_at", UtcTime),  # when the managers were told of this failure
    Column("held", Integer, nullable=False, server_default="0"),  # how many articles it brings
    UniqueConstraint("space", "name", name="uq_sources_name"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),  # ascends with time: see identity.py
    Column("space", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("arrived", UtcTime, nullable=False),  # ascends strictly in the order of commits
    Column("baseline", Boolean, nullable=False),  # came with a source's first read
    Column("version", Integer, nullable=False),  # the number of the latest
    Column("brought", Boolean, nullable=False, server_default=sa.false()),  # by an active source: only then it is seen
    Column("story", BigId),  # the id of its story's first article, once that is known
    UniqueConstraint("space", "identity", name="uq_articles_identity"),
    Index("ix_articles_story", "story"),
    Index("ix_articles_arrived", "arrived"),
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("space", String, nullable=False),
    Column("source_id", Integer, ForeignKey("sources.id", ondelete="SET NULL")),
    Column("digest", String, nullable=False),  # of what makes a version another one
    Column("text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", String),
    Column("url", Text),
    Column("published", UtcTime),
    Column("printed_date", String),
    Column("language", String),
    Column("author", Text),
    Column("source", Text),
    Column("fetched", UtcTime),
    Column("sha256", String),  # of the bytes received: see `bodies`
    Column("teaser", Boolean, nullable=False, server_default=sa.false()),  # only the beginning of the text
    Index("ix_versions_sha256", "space", "sha256"),
)

# The bytes that versions were read from: several articles of one feed came in the same ones.
bodies = Table(
    "bodies",
    metadata,
    Column("space", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # compressed by zlib
)

# The words of each article's latest version: SQLite's FTS5 table `found` and its triggers, and PostgreSQL's GIN index,
# stand in the migrations.
search = Table(
    "search",
    metadata,
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("space", String, nullable=False),
    Column("words", SearchWords, nullable=False),
)
found = sa.table("found", sa.column("rowid", BigId), sa.column("found", Text))

# Which source brings which article; `place` is the file inside a folder.
holdings = Table(
    "holdings",
    metadata,
    Column("source_id", Integer, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("space", String, nullable=False),
    Column("guid", Text),  # the feed's own id of the entry
    Index("ix_holdings_article", "article_id"),
    Index("ix_holdings_place", "source_id", "place"),
    Index("ix_holdings_guid", "source_id", "guid"),
)

# The files of a folder as they were last read: what differs is read again.
files = Table(
    "files",
    metadata,
    Column("source_id", Integer, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("space", String, nullable=False),
    Column("stamp", String, nullable=False),  # size and modification time
    Column("error", Text),  # why it could not be read
)

# What the latest pages of each host had on them: lines that several have are no part of their articles.
pages = Table(
    "pages",
    metadata,
    Column("space", String, primary_key=True),
    Column("host", String, primary_key=True),
    Column("page", String, primary_key=True),  # its address, hashed
    Column("lines", LargeBinary, nullable=False),  # their hashes, 8 bytes each
    Column("at", UtcTime, nullable=False),  # when it was last read
    Index("ix_pages_at", "at"),
)

# What is looked for in every article that comes: the terms of topics. See interests.py.
interests = Table(
    "interests",
    metadata,
    Column("id", Integer, primary_key=True),  # never given twice: what is in memory is told by it
    Column("space", String, nullable=False),
    Column("digest", String, nullable=False),  # of the words
    Column("words", JSON, nullable=False),  # terms, related
    Column("used", Boolean, nullable=False),  # else its matches are on their way out
    Column("below", BigId, nullable=False),  # articles with an id from here on are matched
    Column("looked_at", Integer, nullable=False),  # of those held when it was new
    Column("held", Integer, nullable=False),
    Index("ix_interests_digest", "digest"),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    Column("interest", Integer, primary_key=True, autoincrement=False),
    Column("article_id", BigId, primary_key=True, autoincrement=False),
    Column("space", String, nullable=False),  # the article's
    Column("direct", Boolean, nullable=False),  # a term stands in it; else a related one
    Index("ix_matches_article", "article_id"),
    sqlite_with_rowid=False,
)

# What people of a space follow besides the configuration's topics.
topics = Table(
    "topics",
    metadata,
    Column("space", String, primary_key=True),
    Column("key", String, primary_key=True),  # its name, folded
    Column("name", String, nullable=False),
    Column("content", JSON, nullable=False),  # title, terms, related, exclude
    Column("before", JSON(none_as_null=True)),  # what the last edit replaced
    Column("removed_at", UtcTime),  # its row stays, to be restored
    Column("changed_at", UtcTime, nullable=False),
    Column("person", String, nullable=False),  # who changed it last
)

briefings = Table(
    "briefings",
    metadata,
    Column("space", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("topic", String, nullable=False),
    Column("content", JSON, nullable=False),
    Column("token", String),  # the random part of its link, once there is one
    Column("created", UtcTime, nullable=False),
    Index("ix_briefings_id", "id"),
)

# The articles that kept briefings cite: they are kept as long.
cited = Table(
    "cited",
    metadata,
    Column("space", String, primary_key=True),
    Column("briefing", String, primary_key=True),
    Column("article_id", BigId, primary_key=True, autoincrement=False),
    Index("ix_cited_article", "article_id"),
)

shown = Table(
    "shown",
    metadata,
    Column("space", String, primary_key=True),
    Column("reader", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("citation", JSON(none_as_null=True)),  # what was shown
    Index("ix_shown_at", "space", "reader", "at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String, nullable=False),
    Column("name", String, nullable=False),
    Column("target", String, nullable=False),  # slack:C0123, discord:123, browser
    Column("topics", JSON, nullable=False),
    Column("rule", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("size", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("paused", Text),  # why it is not active
    Column("next_slot", UtcTime, nullable=False),
    Column("covered_until", UtcTime, nullable=False),  # what arrived until then has been delivered
    Column("options", JSON, nullable=False, server_default="{}"),  # see plans.Options
    Column("owner", String),  # the person who made it, where one did
    Column("configured", Boolean, nullable=False, server_default=sa.true()),  # by config.toml: read-only in chat
    Column("removed_at", UtcTime),  # its row stays, for its history
    UniqueConstraint("space", "name", name="uq_subscriptions_name"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String, primary_key=True),  # d:{subscription}:{slot UTC}:{part}, a:{subscription}:{story}, c:...
    Column("space", String, nullable=False),
    Column("subscription_id", Integer, ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    Column("slot", UtcTime, nullable=False),
    Column("part", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # of the subscription when the row was made
    Column("target", String, nullable=False),  # of the subscription when the row was made
    Column("state", String, nullable=False),  # due, sending, sent, unknown, skipped, failed
    Column("briefings", JSON, nullable=False),  # ids, frozen before the first attempt
    Column("points", JSON, nullable=False),  # what to mark as shown: citations by key
    Column("left_out", JSON, nullable=False),  # lines that found no room, by title
    Column("merged", Boolean, nullable=False),  # covers slots that were not delivered
    Column("covers_from", UtcTime),
    Column("covers_until", UtcTime),
    Column("composed_at", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", UtcTime),  # the last attempt: from there the channel's history is searched
    Column("leased_until", UtcTime),
    Column("retry_at", UtcTime),
    Column("message_id", String),
    Column("reason", Text),
    Column("created", UtcTime, nullable=False),
    Column("kind", String, nullable=False, server_default="digest"),  # digest, alert, comment, post
    Column("about", String),  # the delivery below whose post a comment stands
    Column("standing", JSON(none_as_null=True)),  # what stood around it when it was made: see digest.Standing
    Index("ix_deliveries_state", "state", "retry_at"),
    Index("ix_deliveries_attempted", "attempted_at"),
    Index("ix_deliveries_subscription", "subscription_id", "kind", "state", "slot"),
)

# Posts that do not show yet what they should: a row goes once its post was edited.
edits = Table(
    "edits",
    metadata,
    Column("space", String, nullable=False),
    Column("delivery", String, ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False),  # of the wish; a later wish is not lost while an earlier one is done
    Column("attempts", Integer, nullable=False),
    Column("leased_until", UtcTime),
    Column("retry_at", UtcTime),
    Column("reason", Text),
)

# What is struck in posts, by the number of its line and which of the line's quotes it is.
corrections = Table(
    "corrections",
    metadata,
    Column("space", String, nullable=False),
    Column("delivery", String, ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("quote", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),  # changed, gone, struck
    Column("was", JSON, nullable=False),  # the citation that was shown
    Column("now", JSON(none_as_null=True)),  # the one that stands in its place by now, where the article has one
    Column("reason", Text),  # why it was struck by people
    Column("comment", String, nullable=False),  # the key of the delivery that tells of it
    Column("at", UtcTime, nullable=False),
    Index("ix_corrections_comment", "comment"),
)

# Which stories a subscription was alerted to, and by which articles they are known again.
alerts = Table(
    "alerts",
    metadata,
    Column("space", String, nullable=False),
    Column("subscription_id", Integer, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("story", String, primary_key=True),  # the id of its earliest article when it was first told
    Column("delivery", String, ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("articles", JSON, nullable=False),  # ids
    Column("briefing", String, nullable=False),  # the id of what the post shows of it
    Column("at", UtcTime, nullable=False),
    Index("ix_alerts_delivery", "delivery"),
)

events = Table(
    "events",
    metadata,
    Column("space", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("ix_events_at", "at"),
)

facts = Table(
    "facts",
    metadata,
    Column("space", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

# What goes on from one start to the next, and whose turn it is to go on with it.
states = Table(
    "states",
    metadata,
    Column("space", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("content", LargeBinary),
    Column("holder", String),
    Column("held_until", UtcTime),
)

# The browser chat's own channels: what was posted to them.
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("key", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("edited_at", UtcTime),  # when other words came in its place
    UniqueConstraint("space", "channel", "key", name="uq_posts_key"),
    Index("ix_posts_edited", "edited_at"),
)
