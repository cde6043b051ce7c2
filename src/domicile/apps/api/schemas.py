"""The shapes of answers."""

import datetime as dt
import uuid
from typing import Literal

from ninja import Schema
from pydantic import Field


class Me(Schema):
    client: str
    owner: str
    role: str
    purpose: str
    scopes: list[str] = Field(description="Area codes of today: those of the token that its owner still holds.")
    permissions: list[str]
    expires_on: dt.date


class AreaOut(Schema):
    code: str
    name: str
    level: int = Field(description="1 province, 2 prefecture, 3 county, 4 township, 5 village or community")
    urban_rural: str
    valid_from: dt.date
    valid_to: dt.date | None


class AreaPage(Schema):
    items: list[AreaOut]
    next: str


class GridOut(Schema):
    code: str
    name: str
    tier: str
    special_kind: str
    compound_kind: str
    land_area: float | None = Field(description="square metres")
    valid_from: dt.date


class GridPage(Schema):
    items: list[GridOut]
    next: str


class BuildingOut(Schema):
    id: uuid.UUID
    community_code: str
    place_code: str = Field(description="15 digits: the grid, or the community and 000")
    street: str
    plate: str
    name: str
    longitude: float | None
    latitude: float | None
    in_use_from: dt.date | None
    in_use_to: dt.date | None


class BuildingPage(Schema):
    items: list[BuildingOut]
    next: str


class DwellingOut(Schema):
    id: uuid.UUID
    building_id: uuid.UUID
    place_code: str
    address: str
    unit: str
    room: str
    use: str
    floor_area: float | None = Field(description="square metres")
    rooms: int | None
    in_use_from: dt.date | None
    in_use_to: dt.date | None


class DwellingPage(Schema):
    items: list[DwellingOut]
    next: str


class FoundDwelling(Schema):
    id: uuid.UUID
    address: str
    place_code: str
    use: str
    people: int | None = Field(description="How many live there; empty without the right to see persons.")


class FoundDwellings(Schema):
    items: list[FoundDwelling]
    next: str


class Situation(Schema):
    kind: str
    label: str
    floating: bool
    definition: str


class PersonLine(Schema):
    id: uuid.UUID
    name: str
    sex: str
    age: int | None
    birth_date: dt.date | None
    number: str = Field(description="The first document's number, masked.")
    address: str
    dwelling_id: uuid.UUID | None
    household_id: uuid.UUID | None
    situation: Situation


class MemberOut(Schema):
    person: PersonLine
    relation: str
    is_head: bool
    joined_on: dt.date | None
    left_on: dt.date | None
    lives_here: bool
    registered_here: bool


class HouseholdOut(Schema):
    id: uuid.UUID
    side: str = Field(description="living or registered")
    kind: str
    formed_on: dt.date | None
    ended_on: dt.date | None
    members: list[MemberOut]


class DwellingCardOut(DwellingOut):
    trail: list[str] = Field(description="Names of the areas from the county down.")
    former_addresses: list[str]
    living: list[HouseholdOut] | None = Field(description="Empty (null) without the right to see persons.")
    registered: list[HouseholdOut] | None
    lodgers: list[PersonLine] = Field(description="People who live here and belong to no living household here.")


class RentalOut(Schema):
    id: uuid.UUID
    part: str = Field(description="which room; empty: the whole dwelling")
    contract_start: dt.date | None
    contract_end: dt.date | None
    safety: str = Field(description="of the safety agreement: signed, unsigned or unknown")
    last_visit: dt.date | None
    tenants: int = Field(description="how many")


class UnitOut(Schema):
    id: uuid.UUID
    name: str
    kind: str
    credit_code: str
    employees: int | None
    lodged: int | None = Field(description="employees who sleep on site")
    in_use_from: dt.date | None


class UsesOut(Schema):
    use: str
    rentals: list[RentalOut]
    units: list[UnitOut]


class HouseholdLine(Schema):
    id: uuid.UUID
    dwelling_id: uuid.UUID
    address: str
    side: str
    kind: str
    formed_on: dt.date | None
    ended_on: dt.date | None
    members: int = Field(description="present ones")


class HouseholdPage(Schema):
    items: list[HouseholdLine]
    next: str


class HouseholdCardOut(HouseholdOut):
    dwelling_id: uuid.UUID
    address: str
    trail: list[str]
    former_members: list[MemberOut]


class FoundPerson(Schema):
    person: PersonLine
    way: str = Field(description="How it was found: number, one_digit, phone, name, given, former, sound, born …")
    uncertain: bool


class FoundPersons(Schema):
    items: list[FoundPerson]
    next: str


class DocumentOut(Schema):
    kind: str
    number: str
    findings: list[str]


class PhoneOut(Schema):
    number: str
    belongs_to: str


class StayOut(Schema):
    id: uuid.UUID
    kind: str
    start: dt.date | None
    end: dt.date | None
    address: str = Field(description="Empty outside the area of the token.")
    area: str
    dwelling_id: uuid.UUID | None


class MembershipOut(Schema):
    household_id: uuid.UUID | None
    side: str
    relation: str
    address: str
    area: str
    joined_on: dt.date | None
    left_on: dt.date | None


class PersonOut(Schema):
    id: uuid.UUID
    name: str
    former_names: list[str]
    sex: str = Field(description="Code of GB/T 2261.1")
    birth_date: dt.date | None
    birth_precision: str
    died_on: dt.date | None
    education: str
    marital: str
    registration: str = Field(description="area, abroad, nowhere or unknown")
    registered_code: str
    registered_at: str
    situation: Situation
    documents: list[DocumentOut] = Field(description="Numbers are masked without view_number_full.")
    phones: list[PhoneOut] = Field(description="Numbers are masked without view_number_full.")
    stays: list[StayOut]
    households: list[MembershipOut]


class KnownStay(Schema):
    kind: str
    start: dt.date | None
    end: dt.date | None
    dwelling_id: uuid.UUID | None
    address: str


class KnownPerson(Schema):
    id: uuid.UUID
    known_on: dt.date
    name: str
    former_names: list[str]
    sex: str
    birth_date: dt.date | None
    died_on: dt.date | None
    registration: str
    stays: list[KnownStay]


class ChangeOut(Schema):
    id: int
    at: dt.datetime
    action: str
    subject_kind: str
    subject_id: uuid.UUID
    place_code: str
    batch_id: uuid.UUID | None


class ChangePage(Schema):
    items: list[ChangeOut]
    next: str = Field(description="Keep it: it is where the next call goes on, also when nothing was new.")
    more: bool = Field(description="Whether later changes are there already; call again at once.")


class Made(Schema):
    state: Literal["applied", "waiting", "would_apply", "would_wait"]
    action: str
    proposal_id: uuid.UUID | None = Field(description="Where the change waits for review.")
    result: uuid.UUID | None = Field(description="The id of what was made, where there is one.")


class ProposalOut(Schema):
    id: uuid.UUID
    action: str
    state: str
    subject_kind: str
    subject_id: uuid.UUID
    proposed_at: dt.datetime
    decided_at: dt.datetime | None
    note: str


class ProblemFault(Schema):
    where: str
    field: str
    message: str


class Problem(Schema):
    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemFault] = []
