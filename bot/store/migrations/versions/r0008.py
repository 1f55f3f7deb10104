"""Where a source that moved is read, who is told that it fails, and what the latest pages of each host had on them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("adopted", sa.Text))
    op.add_column("sources", sa.Column("owner", sa.String))
    op.create_table(
        "pages",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("host", sa.String, primary_key=True),
        sa.Column("page", sa.String, primary_key=True),
        sa.Column("lines", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_pages_at", "pages", ["at"])
