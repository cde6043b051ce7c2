"""Certificates as a compact signed text that anybody checks without a line: docs/develop/certificate-format.md.

Nothing here reads a key from a disk, asks the time or knows who holds a certificate.
"""

from domicile.core.certificates.checking import RevokedList, State, Verdict, check, read_list, write_list
from domicile.core.certificates.keys import KeySet, NotKeys, PublicKey, key_id
from domicile.core.certificates.text import (
    LONGEST,
    LONGEST_READ,
    Certificate,
    TooLong,
    Unreadable,
    contents,
    find_text,
    last_day_of,
    sign,
)

__all__ = [
    "LONGEST", "LONGEST_READ", "Certificate", "KeySet", "NotKeys", "PublicKey", "RevokedList", "State", "TooLong",
    "Unreadable", "Verdict", "check", "contents", "find_text", "key_id", "last_day_of", "read_list", "sign", "write_list",
]  # fmt: skip
