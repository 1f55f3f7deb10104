"""Which of a line's quotes a correction is of: other wordings and details are corrected, too."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = "space, delivery, line, kind, was, now, reason, comment, at"


def upgrade() -> None:
    op.drop_index("ix_corrections_comment", "corrections")
    op.rename_table("corrections", "corrections_before")
    op.create_table(
        "corrections",
        sa.Column("space", sa.String, nullable=False),
        sa.Column("delivery", sa.String, sa.ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("quote", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("was", sa.JSON, nullable=False),
        sa.Column("now", sa.JSON),
        sa.Column("reason", sa.Text),
        sa.Column("comment", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(f"INSERT INTO corrections ({KEPT}, quote) SELECT {KEPT}, 0 FROM corrections_before")  # noqa: S608
    op.drop_table("corrections_before")
    op.create_index("ix_corrections_comment", "corrections", ["comment"])
