"""From entries to five noted picks."""
