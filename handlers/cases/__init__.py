"""A case from saved to deleted: receipts, posts, escalation, lists, exercises."""
