"""The picking desk on a terminal: it draws what a sitting holds and forwards keys; it decides nothing."""
