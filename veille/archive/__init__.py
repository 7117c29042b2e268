"""Past issues as a static site."""
