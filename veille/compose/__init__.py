"""Words and templates become HTML and text. Knows nothing of mailboxes or sites."""
