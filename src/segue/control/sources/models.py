"""What an administrator declared about data sources and profiles, and what the last refresh read of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from segue.control.folders import FolderField
from segue.control.people.models import Person
from segue.control.told import SentenceField


class Arrival(models.TextChoices):
    """How the text of a definition came in."""

    PAGE = "page", _("uploaded in the page")
    COMMAND_LINE = "command_line", _("applied from the command line")


class Definition(models.Model):
    """One applied `segue.yaml`; the newest counts. Older ones stay for the record.

    `folder` is where its relative paths start. `text` holds references to secrets, never secrets.
    """

    text = models.TextField()
    digest = models.CharField(max_length=64)
    folder = FolderField(max_length=4096)
    file_name = models.CharField(max_length=255, default="segue.yaml")
    time_zone = models.CharField(max_length=64)
    arrival = models.CharField(max_length=20, choices=Arrival.choices)
    applied_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)


class ProposedDefinition(models.Model):
    """A text that an administrator uploaded and has not applied yet: what the plan of changes is shown of.

    One row a person, so that it is bounded: the next upload takes its place, applying or discarding removes it. It is
    not kept in the session, which is read with every page, nor in a form, which would send it to and fro and could be
    another text when it comes back. What applying would change is computed whenever it is shown, never kept.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="proposed_definition"
    )
    text = models.TextField()
    folder = FolderField(max_length=4096)
    file_name = models.CharField(max_length=255)
    proposed_at = models.DateTimeField()


class ReadStatus(models.TextChoices):
    """How the last reading of a data source ended."""

    NOT_STARTED = "not_started", _("Not started")
    SUCCESSFUL = "successful", _("Successful")
    READ_WITH_PROBLEMS = "read_with_problems", _("Read with problems")
    FAILED = "failed", _("Failed (permanent)")


def label_of(name: str) -> str:
    """Return a data source's name as people read it: with blanks, and a capital letter in front."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


class DataSource(models.Model):
    """A declared data source. `rows` None: not read yet; `problems` counts rows or values that could not be used.

    `feeds_profiles`: the profiles are read from it; `used_for` lists the labels of the related tables that are.
    """

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    place = models.TextField()
    feeds_profiles = models.BooleanField(default=False)
    used_for = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    rows = models.BigIntegerField(null=True)
    problems = models.BigIntegerField(default=0)
    status = models.CharField(
        max_length=20, choices=ReadStatus.choices, default=ReadStatus.NOT_STARTED
    )
    refreshed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    message = SentenceField(blank=True)

    class Meta:
        """In the order of the definition."""

        ordering = ("position",)

    @property
    def label(self) -> str:
        """Return what people read for the name."""
        return label_of(self.name)


class Attribute(models.Model):
    """A declared attribute of the profiles, for the data matching. `type` is a word of `AttributeType`."""

    name = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=20)
    personal = models.BooleanField(default=False)
    position = models.PositiveIntegerField()

    class Meta:
        """In the order of the definition."""

        ordering = ("position",)

    def __str__(self) -> str:
        return self.label or self.name.replace("_", " ")


class ProfileCount(models.Model):
    """How many profiles a refresh found."""

    at = models.DateTimeField()
    profiles = models.BigIntegerField()
    snapshot_id = models.CharField(max_length=80)

    class Meta:
        """Newest first."""

        ordering = ("-at",)
