"""The journals of audiences as rows: what `engines.duckdb.audience.journal_postgres` reads and writes, made by migrations.

Columns mean what they mean in the file that an audience has otherwise (`journal_sqlite`): instants are texts in ISO form,
flags are 0 and 1. On SQLite the tables stay empty. Nothing here uses them: a journal has a connection of its own, whose
every commit is on disk.
"""

from __future__ import annotations

from django.db import models


class Audience(models.Model):
    """An audience whose journal is here, by the name of its folder.

    `turn` goes up with everybody who begins to write it: whoever had an earlier one writes no more. `moved` is what the
    file that it came from was marked with, "" where it never was in a file.
    """

    name = models.TextField(unique=True)
    turn = models.BigIntegerField(default=0)
    moved = models.TextField(blank=True, default="")


class _Kept(models.Model):
    """A row of one audience's journal."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="+")

    class Meta:
        """Columns only."""

        abstract = True


def _once(name: str, *columns: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["audience", *columns], name=f"journal_{name}_once")


class Pointer(_Kept):
    """Which file is the present one of a name."""

    name = models.TextField()
    file = models.TextField()

    class Meta:
        """One a name."""

        constraints = (_once("pointer", "name"),)


class Mark(_Kept):
    """From when on a status is to be read."""

    status = models.TextField()
    since = models.TextField()

    class Meta:
        """One a status."""

        constraints = (_once("mark", "status"),)


class Tag(_Kept):
    """A tag and its bit."""

    position = models.BigIntegerField()
    name = models.TextField()
    folded = models.TextField()
    claimed = models.SmallIntegerField()
    tag_id = models.BigIntegerField(null=True)

    class Meta:
        """One a bit, and one a name."""

        constraints = (_once("tag", "position"), _once("tag_name", "folded"))


class Fact(_Kept):
    """A small fact."""

    name = models.TextField()
    value = models.TextField()

    class Meta:
        """One a name."""

        constraints = (_once("fact", "name"),)


class Field(_Kept):
    """The place of a merge field."""

    position = models.BigIntegerField()
    tag = models.TextField()
    merge_id = models.BigIntegerField(null=True)
    is_gone = models.SmallIntegerField()
    is_empty = models.SmallIntegerField()

    class Meta:
        """One a place."""

        constraints = (_once("field", "position"),)


class StoredRun(_Kept):
    """A run whose changes are wholly on disk. `arrival` counts the rows of all audiences."""

    arrival = models.BigAutoField(primary_key=True)
    run = models.TextField(db_column="id")
    export = models.TextField()
    state = models.TextField()
    groups = models.BinaryField()
    folded_at = models.TextField(null=True)

    class Meta:
        """One a name."""

        db_table = "journals_run"
        constraints = (_once("run", "run"),)


class ChunkSize(_Kept):
    """How an earlier version divided a group."""

    run = models.TextField()
    name = models.TextField()
    people = models.BigIntegerField()

    class Meta:
        """One a group."""

        db_table = "journals_chunk_size"
        constraints = (_once("chunk_size", "run", "name"),)


class Acknowledgement(_Kept):
    """What became of one chunk."""

    run = models.TextField()
    name = models.TextField()
    number = models.BigIntegerField()
    sent = models.BigIntegerField()
    detail = models.BinaryField()

    class Meta:
        """One a chunk."""

        constraints = (_once("acknowledgement", "run", "name", "number"),)


class Hold(_Kept):
    """Who is held back, for which export, why and until when."""

    export = models.TextField()
    sub = models.TextField()
    skip = models.SmallIntegerField()
    ph = models.TextField(null=True)
    until = models.TextField(null=True)
    tries = models.BigIntegerField()
    since = models.TextField(null=True)
    rules = models.TextField(null=True)
    reason = models.TextField(null=True)
    field = models.TextField(null=True)
    words = models.TextField(null=True)

    class Meta:
        """One a contact and export."""

        constraints = (_once("hold", "export", "sub"),)


class IdlePlan(_Kept):
    """The last plan of an export that found nothing to do."""

    export = models.TextField()
    key = models.TextField()
    plan = models.BinaryField()

    class Meta:
        """One an export."""

        db_table = "journals_idle_plan"
        constraints = (_once("idle_plan", "export"),)


class KeptFile(_Kept):
    """What a file was when it was written."""

    file = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()
    stamp = models.TextField()

    class Meta:
        """One a file."""

        db_table = "journals_kept_file"
        constraints = (_once("kept_file", "file"),)


class SharedFile(models.Model):
    """A file of the state folder, by its path in it, whose contents lie in a store of objects: no row says that there is none.

    Those of audiences are in their journals (`KeptFile`).
    """

    path = models.TextField(unique=True)
    size = models.BigIntegerField()
    sha256 = models.TextField()

    class Meta:
        """One a path."""

        db_table = "journals_shared_file"


class SharedText(models.Model):
    """A short text that all hosts share where contents lie in a store of objects: which snapshot is the newest, who the installation is.

    `turn` goes up with everybody who begins to change it: whoever had an earlier one changes it no more.
    """

    name = models.TextField(unique=True)
    text = models.TextField(blank=True, default="")
    turn = models.BigIntegerField(default=0)

    class Meta:
        """One a name."""

        db_table = "journals_shared_text"
