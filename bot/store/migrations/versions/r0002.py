"""Search, PostgreSQL, the health of sources, and the bytes received kept once."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from bot.store.words import words_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
BATCH = 500

# Our words are ready: folded, apart by spaces, of letters and digits. To the tokenizer `ascii` every character that is
# not ASCII is a letter, so it splits at the spaces alone. Without positions the index is half the size.
FTS5 = """
CREATE VIRTUAL TABLE found
    USING fts5(words, content='search', content_rowid='article_id', tokenize='ascii', detail=none);
CREATE TRIGGER search_added AFTER INSERT ON search BEGIN
    INSERT INTO found(rowid, words) VALUES (new.article_id, new.words);
END;
CREATE TRIGGER search_removed AFTER DELETE ON search BEGIN
    INSERT INTO found(found, rowid, words) VALUES ('delete', old.article_id, old.words);
END;
CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN
    INSERT INTO found(found, rowid, words) VALUES ('delete', old.article_id, old.words);
    INSERT INTO found(rowid, words) VALUES (new.article_id, new.words);
END;
"""


def upgrade() -> None:
    _sources()
    _articles()
    _bodies()
    _search()
    _cited()


def _sources() -> None:
    for column in (
        sa.Column("title", sa.Text),
        sa.Column("folder", sa.Text),
        sa.Column("configured", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("content_hash", sa.String),
        sa.Column("ttl_seconds", sa.Integer),
        sa.Column("changed_at", TIME),
        sa.Column("change_seconds", sa.Integer),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_times", sa.Integer, nullable=False, server_default="0"),
        sa.Column("moved_since", TIME),
        sa.Column("paused", sa.Text),
        sa.Column("notified_at", TIME),
        sa.Column("held", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("sources", column)
    op.execute(
        "UPDATE sources SET held = (SELECT count(DISTINCT article_id) FROM holdings WHERE source_id = sources.id)"
    )


def _articles() -> None:
    op.add_column("articles", sa.Column("brought", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE articles SET brought = true WHERE EXISTS (SELECT 1 FROM holdings JOIN sources"
        " ON holdings.source_id = sources.id WHERE holdings.article_id = articles.id AND sources.active)"
    )
    op.drop_index("ix_articles_arrived", "articles")
    op.create_index("ix_articles_arrived", "articles", ["arrived"])
    op.add_column("holdings", sa.Column("guid", sa.Text))
    op.create_index("ix_holdings_guid", "holdings", ["source_id", "guid"])


def _bodies() -> None:
    op.create_table(
        "bodies",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.execute(
        "INSERT INTO bodies (space, sha256, content) SELECT space, sha256, received FROM versions"
        " WHERE received IS NOT NULL AND sha256 IS NOT NULL ON CONFLICT DO NOTHING"
    )
    op.drop_column("versions", "received")
    op.add_column("versions", sa.Column("teaser", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_versions_sha256", "versions", ["space", "sha256"])


def _search() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "search",
        sa.Column(
            "article_id",
            BIG_ID,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    )
    words = ":words" if is_sqlite else "array_to_tsvector(string_to_array(:words, ' '))"
    fill = sa.text(f"INSERT INTO search (article_id, space, words) VALUES (:article_id, :space, {words})")  # noqa: S608
    for statement in FTS5.split("\nCREATE ") if is_sqlite else ():
        if statement.strip():
            op.execute(f"CREATE {statement}")
    for rows in _latest_versions():
        op.get_bind().execute(fill, rows)
    if not is_sqlite:
        op.create_index("ix_search_words", "search", ["words"], postgresql_using="gin")


def _latest_versions() -> Iterator[list[dict[str, Any]]]:
    """Each article with the words of its latest version, in batches."""
    last = -1
    query = sa.text(
        "SELECT a.id, a.space, v.text, v.title, v.language FROM articles a JOIN versions v"
        " ON v.article_id = a.id AND v.number = a.version WHERE a.id > :last ORDER BY a.id LIMIT :batch"
    )
    while rows := op.get_bind().execute(query, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        yield [
            {"article_id": row.id, "space": row.space, "words": " ".join(words_of(row.text, row.title, row.language))}
            for row in rows
        ]


def _cited() -> None:
    op.create_table(
        "cited",
        sa.Column("space", sa.String, primary_key=True),
        sa.Column("briefing", sa.String, primary_key=True),
        sa.Column("article_id", BIG_ID, primary_key=True, autoincrement=False),
    )
    op.create_index("ix_cited_article", "cited", ["article_id"])
    kept = op.get_bind().execute(sa.text("SELECT space, id, content FROM briefings")).all()
    rows = [
        {"space": row.space, "briefing": row.id, "article_id": article}
        for row in kept
        for article in sorted(_cited_in(json.loads(row.content) if isinstance(row.content, str) else row.content))
    ]
    if rows:
        fill = "INSERT INTO cited (space, briefing, article_id) VALUES (:space, :briefing, :article_id)"
        op.get_bind().execute(sa.text(fill), rows)


def _cited_in(content: Any) -> set[int]:
    """The articles that any citation in a kept briefing names."""
    match content:
        case {"article": str(article), "quote": _} if article.isdecimal():
            return {int(article)}
        case dict():
            return {article for value in content.values() for article in _cited_in(value)}
        case list():
            return {article for value in content for article in _cited_in(value)}
        case _:
            return set()
