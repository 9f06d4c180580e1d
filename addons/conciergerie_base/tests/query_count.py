from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor


class QueryCount:
    """What a block asks the database, for test cases with an ``env``."""

    @contextmanager
    def _count(self):
        """Collect the queries of a block, what is flushed and recomputed included."""
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        execute = Cursor.execute

        def counted(cursor, query, params=None, log_exceptions=True):
            text = getattr(query, "code", query)
            queries.append(text if isinstance(text, str) else text.decode())
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", counted):
            yield queries
            self.env.flush_all()
