"""Relations between mentions: one module for what the text speaks of, one for each kind of relation."""
