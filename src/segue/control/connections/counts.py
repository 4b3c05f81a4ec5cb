"""Keep audiences as they were seen, and how many contacts each is known to have on a day. Asks no policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from segue.control.connections.models import Audience, AudienceCount, Connection
from segue.sync import ports


def keep_audiences(
    connection: Connection,
    told: Sequence[ports.Audience],
    now: datetime,
    *,
    read: Sequence[ports.Audience] = (),
) -> None:
    """Keep all in few statements; a listing may name one twice when audiences are made while it is read."""
    seen = {audience.audience_id: audience for audience in (*told, *read)}.values()
    Audience.objects.bulk_create(
        [
            Audience(
                connection=connection,
                audience_id=audience.audience_id,
                name=audience.name,
                double_opt_in=audience.double_opt_in,
                contacts=audience.contacts,
                seen_at=now,
            )
            for audience in seen
        ],
        update_conflicts=True,
        unique_fields=["connection", "audience_id"],
        update_fields=["name", "double_opt_in", "contacts", "seen_at"],
    )
    _keep_counts(connection, seen, now, is_read=bool(read))


def _keep_counts(
    connection: Connection, audiences: Iterable[ports.Audience], now: datetime, *, is_read: bool
) -> None:
    """Keep the counts of the day; what Mailchimp merely tells says nothing more once an audience was read."""
    counts = AudienceCount.objects.filter(account_id=connection.account_id)
    read = () if is_read else counts.filter(is_read=True).values_list("audience_id", flat=True)
    known = frozenset(read)
    AudienceCount.objects.bulk_create(
        [
            AudienceCount(
                account_id=connection.account_id,
                audience_id=audience.audience_id,
                day=now.date(),
                contacts=audience.contacts,
                counted_at=now,
                is_read=is_read,
            )
            for audience in audiences
            if audience.audience_id not in known
        ],
        update_conflicts=True,
        unique_fields=["account_id", "audience_id", "day"],
        update_fields=["contacts", "counted_at", "is_read"],
    )
