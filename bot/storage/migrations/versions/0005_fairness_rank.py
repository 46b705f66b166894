"""What orders those who wait in one lane is called what it is."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inbox", "outbox"):  # indexes follow by themselves
        op.execute(f"ALTER TABLE {table} RENAME COLUMN behind TO fairness_rank")
