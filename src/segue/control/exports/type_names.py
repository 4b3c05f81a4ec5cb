"""The types of profile attributes and of merge fields, in the reader's words."""

from __future__ import annotations

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from segue.core.sentences import said
from segue.profiles.schema import AttributeType
from segue.sync.export import MergeType


class AttributeTypeName(models.TextChoices):
    """What the values of a profile attribute are; the same codes as the engine's."""

    TEXT = AttributeType.TEXT.value, _("text")
    EMAIL = AttributeType.EMAIL.value, _("e-mail address")
    INTEGER = AttributeType.INTEGER.value, _("whole number")
    DECIMAL = AttributeType.DECIMAL.value, _("decimal number")
    BOOLEAN = AttributeType.BOOLEAN.value, _("yes or no")
    DATE = AttributeType.DATE.value, _("date")
    TIMESTAMP = AttributeType.TIMESTAMP.value, _("date and time")
    BIRTHDAY = AttributeType.BIRTHDAY.value, _("day of the year")
    LIST = AttributeType.LIST.value, _("list of texts")


class MergeTypeName(models.TextChoices):
    """What the values of a merge field are; the same codes as the engine's."""

    TEXT = MergeType.TEXT.value, _("text")
    NUMBER = MergeType.NUMBER.value, _("number")
    ADDRESS = MergeType.ADDRESS.value, _("postal address")
    PHONE = MergeType.PHONE.value, _("phone number")
    DATE = MergeType.DATE.value, _("date")
    URL = MergeType.URL.value, _("web address")
    IMAGEURL = MergeType.IMAGEURL.value, _("address of an image")
    RADIO = MergeType.RADIO.value, _("choice (radio buttons)")
    DROPDOWN = MergeType.DROPDOWN.value, _("choice (list)")
    BIRTHDAY = MergeType.BIRTHDAY.value, _("birthday")
    ZIP = MergeType.ZIP.value, _("postal code (US)")
    LANGUAGE = MergeType.LANGUAGE.value, _("language")


def said_type(code: str) -> str:
    """Return how an attribute's type is called, to be said in any language."""
    with translation.override(None):
        return said(str(AttributeTypeName(code).label))
