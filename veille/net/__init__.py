"""The guarded way out to the web: bounds, deadlines and address checks."""
