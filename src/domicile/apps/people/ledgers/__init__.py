"""Ledgers of people (PE-6), a file each: what is listed, columns, filter and page. See docs/develop/add-a-ledger.md."""
