"""The one store: SQLite through SQLAlchemy. All SQL lives here, one module of queries per noun.

Query functions take a ``Transaction`` and return frozen values of ``veille.model``; rows never leave.
"""

from veille.store.engine import Store, Transaction, open_store

__all__ = ["Store", "Transaction", "open_store"]
