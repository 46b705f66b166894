"""An index in the order of sending: what is next must not cost more the more there is."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_turn", "outbox", ["platform", "lane", "id"], unique=False)
