"""The one store: SQLite or PostgreSQL through SQLAlchemy. All SQL lives here, one module of queries per noun.

Query functions take a ``Transaction`` and return frozen values of ``veille.model``; rows never leave.
"""

from veille.store.engine import PlainTransaction, Store, Transaction, open_store, revision_of
from veille.store.place import Place, place_of

__all__ = ["Place", "PlainTransaction", "Store", "Transaction", "open_store", "place_of", "revision_of"]
