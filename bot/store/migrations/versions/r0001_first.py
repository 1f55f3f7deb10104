"""The first tables: sources, articles and their versions, briefings, subscriptions and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sources_and_articles()
    _briefings()
    _subscriptions()
    _small_things()


def _sources_and_articles() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("outlet", sa.String),
        sa.Column("language", sa.String),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("baseline_at", TIME),
        sa.Column("last_read", TIME),
        sa.Column("last_outcome", sa.String),
        sa.Column("error", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("next_poll", TIME, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.UniqueConstraint("space", "name", name="uq_sources_name"),
    )
    op.create_table(
        "articles",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("identity", sa.String, nullable=False),
        sa.Column("arrived", TIME, nullable=False),
        sa.Column("baseline", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("space", "identity", name="uq_articles_identity"),
    )
    op.create_index("ix_articles_arrived", "articles", ["space", "arrived"])
    op.create_table(
        "versions",
        sa.Column("article_id", BIG_ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id", ondelete="SET NULL")),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("outlet", sa.String),
        sa.Column("url", sa.Text),
        sa.Column("published", TIME),
        sa.Column("printed_date", sa.String),
        sa.Column("language", sa.String),
        sa.Column("author", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("fetched", TIME),
        sa.Column("sha256", sa.String),
        sa.Column("received", sa.LargeBinary),
    )
    op.create_table(
        "holdings",
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("article_id", BIG_ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
    )
    op.create_index("ix_holdings_article", "holdings", ["article_id"])
    op.create_index("ix_holdings_place", "holdings", ["source_id", "place"])
    op.create_table(
        "files",
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("stamp", sa.String, nullable=False),
        sa.Column("error", sa.Text),
    )


def _briefings() -> None:
    op.create_table(
        "briefings",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("token", sa.String),
        sa.Column("created", TIME, nullable=False),
    )
    op.create_index("ix_briefings_id", "briefings", ["id"])
    op.create_table(
        "shown",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("reader", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("size", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Text),
        sa.Column("next_slot", TIME, nullable=False),
        sa.Column("covered_until", TIME, nullable=False),
        sa.UniqueConstraint("space", "name", name="uq_subscriptions_name"),
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("slot", TIME, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("briefings", sa.JSON, nullable=False),
        sa.Column("points", sa.JSON, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
        sa.Column("merged", sa.Boolean, nullable=False),
        sa.Column("covers_from", TIME),
        sa.Column("covers_until", TIME),
        sa.Column("composed_at", TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("attempted_at", TIME),
        sa.Column("leased_until", TIME),
        sa.Column("retry_at", TIME),
        sa.Column("message_id", sa.String),
        sa.Column("reason", sa.Text),
        sa.Column("created", TIME, nullable=False),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state", "retry_at"])


def _small_things() -> None:
    op.create_table(
        "events",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("event", sa.String, primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "facts",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.UniqueConstraint("space", "channel", "key", name="uq_posts_key"),
    )
