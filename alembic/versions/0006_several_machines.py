"""several machines: leases; on PostgreSQL, full-text search

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Everything between words, wherever the server was told to be: the parser takes "covid-19" for a number below
# zero otherwise, and "rendez-vous" for three words. Longer than 254 characters is no word, nor may one be.
_WORDS = r"""
    CREATE FUNCTION veille_words(written text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
        SELECT regexp_replace(
            regexp_replace(
                lower(unaccent(normalize(written, NFC))),
                '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u02b9-\u036f\u2000-\u206f\u3000-\u303f]+',
                ' ', 'g'
            ),
            '\S{255,}', ' ', 'g'
        )
    $$
"""
# The lexeme of a bar, which no word holds, stands between the parts: no phrase runs from one into the next.
_PART = """
    CREATE FUNCTION veille_part(language regconfig, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT to_tsvector(language, words) || '''|'':1'::tsvector
    $$
"""
_DOCUMENT = """
    CREATE FUNCTION veille_document(language text, title text, summary text, body text, author text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
        WITH parts AS (
            SELECT veille_words(title) AS title, veille_words(summary) AS summary, veille_words(body) AS body,
                veille_words(author) AS author,
                CASE left(language, 2)
                    WHEN 'fr' THEN 'french'::regconfig WHEN 'en' THEN 'english'::regconfig
                END AS tongue
        )
        SELECT veille_part('simple', title) || veille_part('simple', summary) || veille_part('simple', body)
            || veille_part('simple', author)
            || coalesce(
                veille_part(tongue, title) || veille_part(tongue, summary) || veille_part(tongue, body), ''
            )
        FROM parts
    $$
"""


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
    )
    for table in ("feeds", "deliveries"):
        op.add_column(table, sa.Column("lease_id", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        # Several processes take the next ones from it, each by a few: never by sorting all that are left.
        op.execute(
            "CREATE INDEX ix_deliveries_open ON deliveries (issue_id, segment, language, address)"
            " WHERE state IN ('queued', 'deferred')"
        )
        _index_texts()


def _index_texts() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    for statement in (_WORDS, _PART, _DOCUMENT):
        op.get_bind().exec_driver_sql(statement)
    op.execute(
        "ALTER TABLE entries ADD COLUMN document tsvector"
        " GENERATED ALWAYS AS (veille_document(language, title, summary, text, author)) STORED"
    )
    op.execute("CREATE INDEX ix_entries_document ON entries USING gin (document)")


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that veille put beside the database before upgrading it.")
