"""A register of a given size to measure reading on: domain rows, sealed numbers and blind indexes, beneath the ORM.

What is read does not depend on the road by which it came in, so this road has no checks and no change log.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

# A chunk holds whole communities: 8,000 homes, 40 a building, 1,000 a community.
COUNTY, CHUNK = "770101", 24_000
STREETS = [
    f"{name}{kind}"
    for name in ["和平", "建设", "解放", "新华", "长江", "桂花", "青年", "文化", "中山", "朝阳"]
    for kind in ("路", "街", "大道")
]


def fill(size: int, seed: int = 1) -> None:
    """Store `size` people in households of three, in an empty register; nothing when it holds them already.

    Raises RuntimeError when a fill was stopped halfway.
    """
    from django.db import connection

    from domicile.apps.people.models import Person

    held = Person.objects.count()
    if held == size:
        return
    if held:
        raise RuntimeError(f"the register holds {held} people, not {size}: remove its folder in build/bench")
    _areas(size)
    for people in _chunks(size, random.Random(seed)):
        for table, columns, rows in people:
            _insert(connection, table, columns, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def communities(size: int) -> list[str]:
    """Community codes, one for 3,000 people, ten in a township."""
    count = max(1, size // 3000)
    return [f"{COUNTY}{number // 10 + 1:03d}{number % 10 + 1:03d}" for number in range(count)]


def _areas(size: int) -> None:
    from domicile.apps.areas.models import Area, Grid

    since = dt.date(2010, 1, 1)
    codes = {"770000000000": 1, "770100000000": 2, f"{COUNTY}000000": 3}
    codes |= {code[:9] + "000": 4 for code in communities(size)}
    codes |= dict.fromkeys(communities(size), 5)
    Area.objects.bulk_create(
        Area(code=code, name=f"区{code}", level=level, valid_from=since) for code, level in codes.items()
    )
    grids = [f"{code}{serial:03d}" for code in communities(size) for serial in (1, 2, 3)]
    Grid.objects.bulk_create(
        (Grid(code=code, name=f"第{code[12:]}网格", valid_from=since) for code in grids), batch_size=500
    )


def _names(draw: random.Random, count: int) -> list[str]:
    from domicile.core.synth import lexicon

    surnames, weights = lexicon.surnames()
    chosen = draw.choices(surnames, [float(weight) for weight in weights], k=count)
    signs = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰华建国文志海玉春晓红梅云波峰雪琴飞龙婷欣宇浩然子涵梓轩"
    weight = [1 / (place + 3) for place in range(len(signs))]
    lengths = draw.choices((1, 2), (2, 8), k=count)
    return [
        surname + "".join(draw.choices(signs, weight, k=length))
        for surname, length in zip(chosen, lengths, strict=True)
    ]


def _chunks(size: int, draw: random.Random) -> Iterator[list[tuple[str, list[str], list[Sequence[Any]]]]]:
    places = communities(size)
    homes = 0
    for start in range(0, size, CHUNK):
        count = min(CHUNK, size - start)
        yield _chunk(draw, places, start, count, homes)
        homes += (count + 2) // 3


def _chunk(
    draw: random.Random, places: list[str], start: int, count: int, homes: int
) -> list[tuple[str, list[str], list[Sequence[Any]]]]:
    import polars as pl

    from domicile.apps.common.ids import new_id
    from domicile.apps.vault import bulk
    from domicile.core.codes.identity import check_char
    from domicile.core.linkage.names import sounds, split_name

    names = _names(draw, count)
    heard = sounds(pl.Series(names)).to_list()
    people = [new_id().hex for _ in range(count)]
    born = [dt.date(1936, 1, 1) + dt.timedelta(days=draw.randrange(31_000)) for _ in range(count)]
    sexes = [draw.choice("12") for _ in range(count)]
    first17 = [
        f"{COUNTY}{day:%Y%m%d}{(start + place) * 2 % 998 + (1 if sex == '1' else 2):03d}"
        for place, (day, sex) in enumerate(zip(born, sexes, strict=True))
    ]
    numbers = [text + check_char(text) for text in first17]
    phones = [f"13{draw.randrange(10**9):09d}" for _ in range(count)]
    keys = bulk.new_keys(people)
    documents, telephones = ([new_id().hex for _ in range(count)] for _ in range(2))
    sealed = bulk.seal_column("people_document", "number", documents, keys.keys, numbers)
    sealed_phones = bulk.seal_column("people_phone", "number", telephones, keys.keys, phones)
    blinds = bulk.blind_column("document", pl.Series(numbers)).to_list()
    phone_blinds = bulk.blind_column("phone", pl.Series(phones)).to_list()
    number_of_homes = (count + 2) // 3
    dwellings, households = ([new_id().hex for _ in range(number_of_homes)] for _ in range(2))
    buildings, codes = [], []
    building_rows, dwelling_rows = [], []
    for home in range(number_of_homes):
        serial = homes + home
        community = places[(serial // 1000) % len(places)]
        code = f"{community}{serial // 40 % 3 + 1:03d}"
        if home % 40 == 0 or buildings[-1][1][:12] != community:
            street, plate = STREETS[serial // 40 % len(STREETS)], serial // 40 % 999 + 1
            buildings.append((new_id().hex, code, street, plate))
            building_rows.append(
                (
                    buildings[-1][0],
                    community,
                    code,
                    None,
                    street,
                    f"{plate}号",
                    "1栋",
                    f"{street}|{plate}|1",
                    None,
                    None,
                )
            )
        building, code, street, plate = buildings[-1]
        room = 101 + serial % 40
        codes.append(code)
        address = f"{street}{plate}号1栋1单元{room}室"
        dwelling_rows.append(
            (dwellings[home], building, code, "1单元", f"{room}室", f"1|{room}", address, "owner_occupied")
        )
    at = [codes[place // 3] for place in range(count)]
    since = dt.date(2015, 1, 1)
    relation = ("02", "10", "20")
    return [
        (
            "vault_subjectkey",
            ["subject_id", "wrap_key", "wrapped"],
            [(people[i], keys.wrap_key, keys.wrapped[i]) for i in range(count)],
        ),
        (
            "people_person",
            ["id", "name", "given", "sound", "sex", "birth_date", "birth_precision", "education", "marital",
             "nationality", "registration", "registered_code", "registered_text"],
            [
                (people[i], names[i], split_name(names[i])[1], heard[i], sexes[i], born[i], "day", "70", "21", "", "area",
                 at[i] if i % 5 else "780203001001", "")
                for i in range(count)
            ],
        ),
        (
            "people_document",
            ["id", "person_id", "kind", "number", "blind", "finding"],
            [(documents[i], people[i], "resident_id", sealed[i], blinds[i], "") for i in range(count)],
        ),
        (
            "people_phone",
            ["id", "person_id", "number", "blind", "belongs_to"],
            [(telephones[i], people[i], sealed_phones[i], phone_blinds[i], "") for i in range(count)],
        ),
        (
            "places_building",
            ["id", "community_code", "place_code", "grid_id", "street", "plate", "name", "key", "in_use_from", "in_use_to"],
            building_rows,
        ),
        ("places_dwelling", ["id", "building_id", "place_code", "unit", "room", "key", "address", "use"], dwelling_rows),
        (
            "people_household",
            ["id", "dwelling_id", "side", "kind", "formed_on"],
            [(households[i], dwellings[i], "living", "family", since) for i in range(number_of_homes)],
        ),
        (
            "people_member",
            ["id", "household_id", "person_id", "side", "relation", "joined_on"],
            [(new_id().hex, households[i // 3], people[i], "living", relation[i % 3], since) for i in range(count)],
        ),
        (
            "people_spell",
            ["id", "person_id", "dwelling_id", "kind", "start", "end", "reason", "source"],
            [(new_id().hex, people[i], dwellings[i // 3], "usual", since, None, "", "bench") for i in range(count)],
        ),
        (
            "people_visibility",
            ["person_id", "code", "why"],
            [(people[i], at[i], "lives") for i in range(count)]
            + [(people[i], at[i], "registered") for i in range(count) if i % 5],
        ),
    ]  # fmt: skip


def _insert(connection: Any, table: str, columns: list[str], rows: list[Sequence[Any]]) -> None:
    from django.db import transaction

    named = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)
