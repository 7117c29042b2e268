"""What is wrong with a workspace, and what to do about it; nothing here changes anything.

``examination`` asks every other module in turn; each gives symptoms and knows one part of the house.
"""
