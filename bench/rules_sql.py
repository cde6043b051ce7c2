"""Sixty checks as one would write them in SQL for DuckDB by hand: the baseline of `rules`.

Each record is joined once with what its checks need; then each check is a condition of its own. Parameters stand in place.
"""

PREPARE = """
CREATE TABLE people AS FROM read_parquet('{folder}/people.parquet');
CREATE TABLE holders AS SELECT number FROM read_parquet('{folder}/documents.parquet') WHERE number IS NOT NULL
    GROUP BY number HAVING count(DISTINCT person_id) > 1;
CREATE TABLE doc AS SELECT d.document_id, d.number, d.kind, p.birth_date, p.birth_precision, p.sex,
    regexp_full_match(d.number, '[0-9]{{17}}[0-9X]') AS good,
    CASE WHEN good THEN CAST(left(d.number, 17) AS BIGINT) END AS digits,
    CASE WHEN good THEN CAST(try_strptime(substr(d.number, 7, 8), '%Y%m%d') AS DATE) END AS coded
    FROM read_parquet('{folder}/documents.parquet') d LEFT JOIN people p USING (person_id);
CREATE TABLE many_numbers AS SELECT person_id FROM read_parquet('{folder}/documents.parquet') WHERE kind = 'resident_id'
    GROUP BY person_id HAVING count(DISTINCT number) > 1;
CREATE TABLE phone AS FROM read_parquet('{folder}/phones.parquet');
CREATE TABLE shared AS SELECT number FROM phone GROUP BY number HAVING count(DISTINCT person_id) > 10;
CREATE TABLE tie AS SELECT t.tie_id, t.child_id, t.kind, c.birth_date AS child, c.birth_precision AS child_precision,
    p.birth_date AS parent, p.birth_precision AS parent_precision, p.sex, p.dead_on,
    year(child) - year(parent) - (month(child) * 100 + day(child) < month(parent) * 100 + day(parent))::INT AS age
    FROM read_parquet('{folder}/parents.parquet') t LEFT JOIN people c ON c.person_id = t.child_id
    LEFT JOIN people p ON p.person_id = t.parent_id;
CREATE TABLE births AS SELECT child_id, count(*) FILTER (sex = '2') AS mothers, count(*) FILTER (sex = '1') AS fathers
    FROM tie WHERE kind = 'birth' GROUP BY child_id;
CREATE TABLE rows_of AS SELECT m.*, p.birth_date, p.sex FROM read_parquet('{folder}/members.parquet') m
    LEFT JOIN people p USING (person_id);
CREATE TABLE home AS SELECT household_id, count(*) AS members, count(*) FILTER (relation = '02') AS heads,
    count(*) FILTER (relation IS NULL) AS unknown, count(*) FILTER (relation IN ('10', '11', '12')) AS spouses,
    min(birth_date) FILTER (relation = '02') AS head_birth, min(birth_date) AS oldest,
    count(*) FILTER (birth_date IS NULL) AS unborn FROM rows_of GROUP BY household_id;
CREATE TABLE member AS SELECT m.*, h.head_birth FROM rows_of m LEFT JOIN home h USING (household_id);
CREATE TABLE household AS SELECT h.*, coalesce(s.members, 0) AS members, coalesce(s.heads, 0) AS heads,
    coalesce(s.unknown, 0) AS unknown, coalesce(s.spouses, 0) AS spouses, s.oldest, coalesce(s.unborn, 0) AS unborn,
    h.ended_on IS NULL OR h.ended_on > DATE '{today}' AS open
    FROM read_parquet('{folder}/households.parquet') h LEFT JOIN home s USING (household_id);
CREATE TABLE spell AS SELECT s.*, p.birth_date, p.birth_precision, p.dead_on, d.in_use_from
    FROM read_parquet('{folder}/spells.parquet') s LEFT JOIN people p USING (person_id)
    LEFT JOIN read_parquet('{folder}/dwellings.parquet') d ON d.dwelling_id = s.dwelling_id;
CREATE TABLE stays AS SELECT person_id, count(*) AS n FROM spell WHERE until IS NULL OR until > DATE '{today}' GROUP BY person_id;
CREATE TABLE person AS SELECT p.*, h.dwelling_id AS home, n.person_id IS NOT NULL AS many, b.mothers, b.fathers,
    coalesce(s.n, 0) AS stays,
    year(DATE '{today}') - year(birth_date)
        - (month(DATE '{today}') * 100 + day(DATE '{today}') < month(birth_date) * 100 + day(birth_date))::INT AS age
    FROM people p LEFT JOIN household h ON h.household_id = p.household_id LEFT JOIN many_numbers n ON n.person_id = p.person_id
    LEFT JOIN births b ON b.child_id = p.person_id LEFT JOIN stays s ON s.person_id = p.person_id;
"""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SUM = " + ".join(f"{weight} * (digits // {10 ** (16 - place)} % 10)" for place, weight in enumerate(WEIGHTS))
CODED = "coded BETWEEN DATE '1800-01-01' AND DATE '2199-12-31'"
NO_LAW = "NOT ((sex = '1' AND age >= 22) OR (sex = '2' AND age >= 20))"
CHILDREN = "('20','21','22','23','24','25','26','29','30','31','32','33','34','35','36','39')"
MEN = "('11','21','22','23','24','25','41','43','51','53','55','61','63','71','73','83','85')"
WOMEN = "('12','31','32','33','34','35','42','44','52','54','56','62','64','75','77','84','86')"
RELATIONS = ", ".join(f"'{code:02d}'" for code in [1, 2, *range(10, 13), *range(20, 100)] if code not in (13, 98))
LIVING = "side = 'living' AND kind = 'family' AND open AND members > 0"

#: Table and condition of each check; the key is the table's first column.
CHECKS = {
    "N01": ("doc", f"kind = 'resident_id' AND good AND substr(number, 18, 1) <> substr('10X98765432', ({SUM}) % 11 + 1, 1)"),
    "N02": ("doc", f"kind = 'resident_id' AND birth_precision = 'day' AND {CODED} AND coded <> birth_date"),
    "N03": ("doc", "kind = 'resident_id' AND good AND CASE WHEN digits % 2 = 1 THEN '1' ELSE '2' END <> sex"),
    "N04": ("doc", "number IN (SELECT number FROM holders)"),
    "N05": ("doc", f"kind = 'resident_id' AND good AND ({CODED}) IS NOT TRUE"),
    "N06": ("doc", f"kind = 'resident_id' AND {CODED} AND coded > DATE '{{today}}'"),
    "N07": ("doc", "kind = 'resident_id' AND good IS NOT TRUE"),
    "N08": ("doc", "kind = 'resident_id' AND good AND substr(number, 15, 3) = '000'"),
    "N09": ("person", "many"),
    "N10": ("person", "dead_on IS NULL AND age >= 6 AND place_code IS NOT NULL AND number_kind IS NULL"),
    "T01": ("phone", "number IN (SELECT number FROM shared)"),
    "P01": ("person", "place_code IS NOT NULL AND birth_date IS NULL"),
    "P02": ("person", "birth_date > DATE '{today}'"),
    "P03": ("person", "dead_on IS NULL AND age >= 130"),
    "P04": ("person", "dead_on IS NULL AND place_code IS NOT NULL AND age >= 100 AND age < 130"),
    "P05": ("person", "place_code IS NOT NULL AND dead_on IS NULL AND sex IS NULL"),
    "P06": ("person", "name IS NULL AND (birth_date IS NULL OR DATE '{today}' - birth_date > 180)"),
    "P07": ("person", "regexp_matches(name, '[0-9０-９]')"),
    "P08": ("person", "regexp_matches(name, '[?？�□]')"),
    "P09": ("person", "length(name) <= 1"),
    "P10": ("person", "name IN ('不详', '无名', '未知', '测试', '某某', '无名氏', '不祥', '暂无')"),
    "P11": ("person", "former_name = name"),
    "P12": ("person", f"marital IN ('20', '21', '22', '23') AND dead_on IS NULL AND {NO_LAW}"),
    "P13": ("person", "marital IN ('30', '40') AND age < 20"),
    "P14": ("person", "left(education, 1) IN ('1', '2', '3') AND age < 15"),
    "P15": ("person", "education <> '90' AND age < 5"),
    "P16": ("person", "dead_on > DATE '{today}'"),
    "P17": ("person", "year(dead_on) - year(birth_date) - (month(dead_on) * 100 + day(dead_on) "
                      "< month(birth_date) * 100 + day(birth_date))::INT >= 130"),
    "P18": ("person", "birth_precision <> 'day' AND number_kind = 'resident_id' AND regexp_full_match(number, '[0-9]{{17}}[0-9X]') "
                      "AND try_strptime(substr(number, 7, 8), '%Y%m%d') BETWEEN '1800-01-01' AND '2199-12-31'"),
    "S01": ("person", "dead_on <= DATE '{today}' AND stays > 0"),
    "S02": ("person", "dead_on IS NOT NULL AND household_id IS NOT NULL"),
    "S03": ("person", "dead_on IS NOT NULL AND registered_household_id IS NOT NULL"),
    "S04": ("person", "dwelling_id <> home"),
    "S05": ("person", "household_id IS NOT NULL AND dead_on IS NULL AND dwelling_id IS NULL"),
    "S06": ("person", "dwelling_id IS NOT NULL AND dead_on IS NULL AND household_id IS NULL"),
    "S07": ("person", "dwelling_id IS NOT NULL AND dead_on IS NULL AND (registration = 'unknown' "
                      "OR (registration = 'area' AND registered_at IS NULL AND registered_text IS NULL))"),
    "S08": ("person", "dead_on IS NULL AND dwelling_id IS NULL AND registered_at IS NULL AND registered_text IS NULL "
                      "AND registration <> 'abroad'"),
    "S09": ("person", "registered_household_id IS NOT NULL AND registration <> 'area'"),
    "S10": ("spell", "since > dead_on"),
    "S11": ("spell", "birth_precision = 'day' AND since < birth_date"),
    "S12": ("spell", "since > DATE '{today}'"),
    "S13": ("spell", "since < in_use_from"),
    "S14": ("spell", "kind = 'temporary' AND (until IS NULL OR until > DATE '{today}') AND DATE '{today}' - since > 365"),
    "F01": ("tie", "child_precision = 'day' AND parent_precision = 'day' AND child <= parent"),
    "F02": ("tie", "kind = 'birth' AND child > parent AND age < 12"),
    "F03": ("tie", "kind = 'birth' AND sex = '2' AND age > 55"),
    "F04": ("tie", "kind = 'birth' AND sex = '1' AND age > 80"),
    "F05": ("tie", "kind = 'birth' AND sex = '2' AND child > dead_on"),
    "F06": ("tie", "kind = 'birth' AND sex = '1' AND child - dead_on > 310"),
    "F07": ("person", "mothers > 1"),
    "F08": ("person", "fathers > 1"),
    "M01": ("member", f"relation NOT IN ({RELATIONS})"),
    "M03": ("member", f"(relation IN {MEN} AND sex = '2') OR (relation IN {WOMEN} AND sex = '1')"),
    "M04": ("member", f"relation IN {CHILDREN} AND birth_date <= head_birth"),
    "M06": ("member", "relation IN ('50', '51', '52') AND birth_date >= head_birth"),
    "M12": ("member", "joined_on < birth_date"),
    "H01": ("household", f"{LIVING} AND unknown = 0 AND heads = 0"),
    "H02": ("household", "open AND heads > 1"),
    "H03": ("household", "open AND spouses > 1"),
    "H05": ("household", f"{LIVING} AND unborn = 0 AND oldest > DATE '{{today}}' - INTERVAL 18 YEAR"),
}  # fmt: skip
KEYS = {
    "doc": "document_id", "person": "person_id", "phone": "phone_id", "tie": "tie_id", "member": "member_id",
    "household": "household_id", "spell": "spell_id",
}  # fmt: skip


def query(today: str) -> str:
    """One query of all findings: code and key."""
    parts = (
        f"SELECT '{code}' AS code, {KEYS[table]} AS key FROM {table} WHERE {condition.format(today=today)}"
        for code, (table, condition) in CHECKS.items()
    )
    return " UNION ALL ".join(parts)
