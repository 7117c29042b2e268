"""From feeds to entries: fetch, parse, deduplicate, store."""
