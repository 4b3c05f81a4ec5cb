"""What needs the keys by the names of its tables is what the models say."""

from __future__ import annotations

from django.apps import apps

from segue.control.encryption import EncryptedField
from segue.service.databases import ENCRYPTED


def test_every_encrypted_column_is_known_to_need_the_keys() -> None:
    encrypted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedField)
    }

    assert set(ENCRYPTED) == encrypted
