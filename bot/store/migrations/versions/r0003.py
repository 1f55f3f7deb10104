"""Subscriptions made in chat, with their options; and what a channel was shown, to tell what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("options", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("owner", sa.String),
        sa.Column("configured", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("removed_at", TIME),
    ):
        op.add_column("subscriptions", column)
    op.add_column("shown", sa.Column("citation", sa.JSON))
    op.create_index("ix_shown_at", "shown", ["space", "reader", "at"])
