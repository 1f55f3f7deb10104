"""Whose the edits, corrections and alerts are: the space of the delivery that each belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("edits", "corrections", "alerts"):
        op.add_column(table, sa.Column("space", sa.String, nullable=False, server_default="shared"))
        of_delivery = f"SELECT d.space FROM deliveries d WHERE d.key = {table}.delivery"  # noqa: S608
        op.execute(f"UPDATE {table} SET space = COALESCE(({of_delivery}), space)")  # noqa: S608
