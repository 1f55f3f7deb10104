"""A subscription's deliveries by state and slot: a digest asks what was posted before it, and what is still open."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deliveries_subscription", "deliveries", ["subscription_id", "kind", "state", "slot"])
