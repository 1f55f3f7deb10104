"""What is looked for in every article that comes, and which articles have it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "interests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("below", big, nullable=False),
        sa.Column("looked_at", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interests_digest", "interests", ["digest"])
    op.create_table(
        "matches",
        sa.Column("interest", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("article_id", big, primary_key=True, autoincrement=False),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("direct", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_matches_article", "matches", ["article_id"])
