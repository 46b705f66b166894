"""In the outbox, too, nobody waits for those who are sent much, and what is outdated is not sent at all."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("behind", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("slot", sa.String(), nullable=False, server_default=""))
    op.drop_index("outbox_turn", table_name="outbox")
    op.create_index("outbox_turn", "outbox", ["platform", "lane", "behind", "id"], unique=False)
