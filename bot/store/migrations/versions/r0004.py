"""Alerts and corrections beside digests, what stood around a digest when it was made, and edits of what was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("kind", sa.String, nullable=False, server_default="digest"))
    op.add_column("deliveries", sa.Column("about", sa.String))
    op.add_column("deliveries", sa.Column("standing", sa.JSON))
    op.create_index("ix_deliveries_attempted", "deliveries", ["attempted_at"])
    op.create_table(
        "edits",
        sa.Column("delivery", sa.String, sa.ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", TIME),
        sa.Column("retry_at", TIME),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "corrections",
        sa.Column("delivery", sa.String, sa.ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("was", sa.JSON, nullable=False),
        sa.Column("now", sa.JSON),
        sa.Column("reason", sa.Text),
        sa.Column("comment", sa.String, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_corrections_comment", "corrections", ["comment"])
    op.create_table(
        "alerts",
        sa.Column(
            "subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("story", sa.String, primary_key=True),
        sa.Column("delivery", sa.String, sa.ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("briefing", sa.String, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_alerts_delivery", "alerts", ["delivery"])
