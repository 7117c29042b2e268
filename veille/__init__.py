"""veille: five links a month, chosen by a person, told to each department."""

__version__ = "0.1.0"
