"""What is next must not cost more the more there is, and nobody waits for those who send much."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_turn", "outbox", ["platform", "lane", "id"], unique=False)
    op.drop_index("inbox_order", table_name="inbox")
    op.add_column("inbox", sa.Column("platform", sa.String(), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("behind", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("inbox_turn", "inbox", ["is_aside", "platform", "lane", "behind", "id"], unique=False)
    op.execute("UPDATE inbox SET platform = 'earlier' WHERE chat != ''")  # nobody knows; all of them are handled
