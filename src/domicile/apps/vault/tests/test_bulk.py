"""Values sealed in bulk are those that are sealed one by one."""

import polars as pl

from domicile.apps.common.ids import new_id
from domicile.apps.vault import bulk, keyring
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import binding, decrypt, unwrap


def test_keys_and_values_open_as_if_sealed_singly() -> None:
    subjects, rows = [new_id() for _ in range(3)], [new_id() for _ in range(3)]
    made = bulk.new_keys([subject.hex for subject in subjects])
    values = ["770101198001010015", None, "护照"]
    sealed = bulk.seal_column("people_document", "number", [row.hex for row in rows], made.keys, values)
    for subject, row, wrapped, ciphertext, value in zip(subjects, rows, made.wrapped, sealed, values, strict=True):
        key = unwrap(SubjectKey(subject_id=subject, wrap_key=made.wrap_key, wrapped=wrapped))
        if value is None:
            assert ciphertext is None
        else:
            assert ciphertext is not None
            assert decrypt(key, ciphertext, binding("people_document", "number", row)).decode() == value
    assert len(set(made.keys)) == 3


def test_blind_indexes_agree() -> None:
    found = bulk.blind_column("document", pl.Series(["770101198001010015", None, ""]))
    assert found.to_list() == [keyring.blind("document", "770101198001010015"), None, None]
