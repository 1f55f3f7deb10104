"""The story of each article, and what is carried on from one start to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("story", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.create_index("ix_articles_story", "articles", ["story"])
    op.create_table(
        "states",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary),
        sa.Column("holder", sa.String),
        sa.Column("held_until", sa.DateTime(timezone=True)),
    )
