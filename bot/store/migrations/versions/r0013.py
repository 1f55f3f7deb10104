"""Until when a source's read is somebody's, so that who starts alone need not wait for that."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("claimed_until", sa.DateTime(timezone=True)))
