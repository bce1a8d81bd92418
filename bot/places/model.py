"""What the gazetteer holds and what it answers: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass

VERIFIED = "đã đối chiếu"
UNVERIFIED = "chưa kiểm chứng"


@dataclass(frozen=True)
class Commune:
    """One of today's communes; the centre in degrees, the area in square kilometres (reference only)."""

    code: str
    name: str
    districts: tuple[str, ...]
    lat: float
    lon: float
    area_km2: float


@dataclass(frozen=True)
class Former:
    """A unit gone since: its full name, its old district, today's code (None when nobody has proof)."""

    name: str
    district: str
    code: str | None
    kind: str = "old"
    confidence: str = VERIFIED


@dataclass(frozen=True)
class District:
    """An abolished district and today's communes that hold its land."""

    name: str
    province: str
    codes: tuple[str, ...]
    partial: bool = False


@dataclass(frozen=True)
class Landmark:
    """A landmark, an industrial zone or a street, and the communes it can be in (several: the bot asks)."""

    kind: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    confidence: str = UNVERIFIED


@dataclass(frozen=True)
class Records:
    """All that a gazetteer is built from; the files of bot/data/places or a database supply it."""

    communes: tuple[Commune, ...]
    former: tuple[Former, ...]
    districts: tuple[District, ...]
    landmarks: tuple[Landmark, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A commune that may be meant; `via` is new, old, older, district, landmark, street or typo."""

    code: str
    name: str
    via: str


@dataclass(frozen=True)
class PlaceMatch:
    """What was understood of the place in a text.

    `span` is in code points of the text as given, end exclusive. `understood` is a phrase to repeat to the
    citizen. No commune and candidates: ask which; no candidates: no place, or one outside the province.
    """

    commune_code: str | None = None
    commune: str | None = None
    candidates: tuple[Candidate, ...] = ()
    span: tuple[int, int] | None = None
    outside_province: bool = False
    district: str | None = None
    understood: str = ""
    confidence: str = VERIFIED


@dataclass(frozen=True)
class Near:
    """A commune whose centre is `km` kilometres away."""

    code: str
    name: str
    km: float


@dataclass(frozen=True)
class NearMatch:
    """Likeliest communes of a point, nearest centre first; only centres are known, so the citizen confirms."""

    candidates: tuple[Near, ...]
    outside_province: bool


@dataclass(frozen=True)
class Entry:
    """One meaning of one name in the index."""

    name: str
    kind: str
    unit: str
    codes: tuple[str, ...]
    districts: tuple[str, ...] = ()
    province: str = ""
    confidence: str = VERIFIED
