"""When a post of the browser chat was edited: open pages ask for it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("edited_at", sa.DateTime(timezone=True)))
    op.create_index("ix_posts_edited", "posts", ["edited_at"])
