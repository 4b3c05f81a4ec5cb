"""The part of a store that keeps Mailchimp's ids of contacts, which stay when an address changes there. No addresses are kept.

A contact that got another address has another hash: by its id it is told from one that was erased, and from a stranger who
carries the same tag.
"""

from __future__ import annotations

import pyarrow as pa

from segue.core.files import replacing
from segue.engines.duckdb.audience.contacts import contacts_query
from segue.engines.duckdb.audience.ledger import ledger_query
from segue.engines.duckdb.audience.store_expressions import Expressions
from segue.engines.duckdb.quoting import literal

IDS = "ids"
"""The pointer to the file of ids: `sub, id`."""

_PAIR_BYTES = 32


class Identities(Expressions):
    """Keeps ids of contacts, and tells whose contact has another address now."""

    def learn_contacts(self, pairs: bytes) -> None:
        """Keep ids that replies told."""
        count = len(pairs) // _PAIR_BYTES
        if not count:
            return
        column = pa.Array.from_buffers(pa.binary(_PAIR_BYTES), count, [None, pa.py_buffer(pairs)])
        self._connection.register("arriving", pa.table({"pair": column}))
        told = "SELECT hex(pair) AS pair FROM arriving"
        self._keep_ids(
            f"SELECT left(pair, 32)::UUID AS sub, right(pair, 32)::UUID AS id FROM ({told})"
        )
        self._connection.unregister("arriving")

    def _keep_ids(self, told: str) -> None:
        """Keep ids, given as a query of `sub, id`, and forget those of whom neither the audience nor a ledger knows any more."""
        old = self._pointed(IDS)
        before = self._ids()
        news = f"SELECT 1 FROM ({told}) ANTI JOIN ({before}) AS o USING (sub, id) LIMIT 1"
        if not self._connection.execute(news).fetchall():
            return
        own = ledger_query(self._connection, self._pointed(f"ledger/{self._export}"), 1)
        known = [f"SELECT sub FROM ({contacts_query(self._pointed('contacts'))})"]
        known += [f"SELECT l_sub AS sub FROM ({query})" for query in (own, *self._every(1))]
        target = self._next(IDS, old)
        with replacing(target) as aside:
            self._copy(
                f"WITH told AS (SELECT sub, any_value(id) AS id FROM ({told}) GROUP BY sub) "
                f"SELECT sub, id FROM told UNION ALL SELECT sub, id FROM ({before}) "
                f"ANTI JOIN told USING (sub) SEMI JOIN ({' UNION ALL '.join(known)}) USING (sub)",
                aside,
            )
        with self._swapping({IDS: target}):
            pass

    def _ids(self) -> str:
        file = self._pointed(IDS)
        if file is None:
            return "SELECT NULL::UUID AS sub, NULL::UUID AS id WHERE false"
        return f"SELECT sub, id FROM read_parquet({literal(str(file))})"

    def _renamed(self, ledger: str) -> str:
        """Return a ledger's rows whose contact has another address now: `r_old`, `r_new`, and the ledger's columns.

        Its old address is nobody's any more. Where several contacts have the id it is none, and says of nobody who they are.
        """
        contacts = f"SELECT sub FROM ({contacts_query(self._pointed('contacts'))})"
        gone = f"SELECT * FROM ({ledger}) ANTI JOIN ({contacts}) AS c ON l_sub = c.sub"
        there = f"SELECT sub, id FROM ({self._ids()}) SEMI JOIN ({contacts}) USING (sub)"
        return (
            f"SELECT l_sub AS r_old, n.sub AS r_new, g.* FROM ({gone}) g JOIN ({self._ids()}) o ON o.sub = l_sub "
            f"JOIN ({there}) n ON n.id = o.id QUALIFY count(*) OVER (PARTITION BY l_sub) = 1"
        )
