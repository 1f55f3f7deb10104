"""Topics that people of a space make in chat."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "topics",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("removed_at", TIME),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("person", sa.String, nullable=False),
    )
