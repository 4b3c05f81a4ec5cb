"""Read which connections wait for somebody to agree to the changed text on data privacy and compliance."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from segue.control.connections import privacy_text
from segue.control.connections.models import Agreement, Connection


def to_agree_again() -> QuerySet[Connection]:
    """Return the complete connections whose last agreement is to another version of the text, without their secrets."""
    last = Agreement.objects.filter(connection=OuterRef("pk")).order_by("-agreed_at", "-id")
    complete = Connection.objects.filter(saved_at__isnull=False)
    return (
        complete.annotate(agreed=Subquery(last.values("version")[:1]))
        .exclude(agreed=privacy_text.VERSION)
        .only("display_name")
    )
