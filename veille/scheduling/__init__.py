"""What runs by itself: the collection of every day and the reminder of every month; nothing is ever sent so.

``jobs`` says what runs and when; ``systemd`` and ``crontab`` write it for this machine and take it back.
"""
