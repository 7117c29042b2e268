"""A whole month on invented feeds, offline: what veille does, shown rather than told."""
