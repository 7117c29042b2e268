"""From an approved issue to one message per person, exactly once."""
