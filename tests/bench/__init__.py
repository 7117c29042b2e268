"""Measurements, printed beside peers or floors; nothing here passes or fails on a time."""
