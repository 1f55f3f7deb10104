"""The steps from one shape of the tables to the next; alembic runs them, in order, in one transaction."""
