"""The front door: one file per noun. The only place that prints."""
