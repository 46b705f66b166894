"""A little invented knowledge: one grave place, one that was only read between the lines, one without an alert."""

from __future__ import annotations

from datetime import date

from handlers.model.knowledge import (
    Alert,
    Basis,
    Bound,
    Channel,
    Contact,
    Facts,
    Handle,
    Incident,
    Level,
    Service,
    Topic,
    Update,
)
from tests.handlers.fakes import FakeBook

BLACK = Level(key="black", severity=3, name="Black", symbol="⚫", meaning="grave <danger>", advice=("Leave.", "Hide."))
AMBER = Level(key="amber", severity=1, name="Amber", symbol="🟠", meaning="signs", advice=("Watch.",))

THAILAND = Alert(
    place="TH",
    level="black",
    since="2015-11",
    reviewed="2026-11-20",
    basis=Basis.STATED,
    source="A report",
    change="Five people were sent back.",
    advice=("Do not overstay.",),
    summary=("The risk is high.",),
)
HONG_KONG = Alert(
    place="HK",
    level="amber",
    since="2015-11-30",
    since_is=Bound.EXACT,
    reviewed="2026-01-02",
    basis=Basis.INFERRED,
    source="A report",
    change="Nothing is recorded.",
)
MAE_SOT = Alert(
    place="TH-mae-sot",
    level="amber",
    since="2026-10",
    reviewed="2026-11-10",
    basis=Basis.STATED,
    source="A report",
    change="Checks at the bridge.",
)
INCIDENTS = [
    Incident(when=f"2015-0{month}", text=f"Arrest {month} & more.", source=f"Paper <{month}>") for month in range(1, 8)
]
TEAM = Contact(
    key="team",
    name="Team <of> friends",
    services=(Service.SECURITY, Service.LEGAL, Service.FOOD),
    channels=(Channel(phone="+44 20 7946 0123"), Channel(incomplete="sos@broken")),
    note="Day and night.",
    unverified_since="2015",
)
OFFICE = Contact(
    key="office",
    name="Office",
    services=(Service.PROTECTION,),
    places=("TH",),
    channels=(Channel(email="office@example.org"),),
    unverified_since="2015",
    verified_on=date(2026, 11, 1),
)
KITCHEN = Contact(
    key="kitchen", name="Kitchen", services=(Service.FOOD,), places=("TH",), unverified_since="2021-03-13"
)
FACTS = Facts(as_of="2015-12", sentences=("Work is forbidden.", "School costs < money."), source="A <union>")
HANDLE = Handle(platform="Telegram", name="@invented_bot", check="Look at the invented page.")


def book() -> FakeBook:
    """A fresh book for each test."""
    topics = [Topic(key="food", name="Meals"), Topic(key="law", name="Law")]
    updates = [
        Update(
            when=date(2017, 1, day), title=f"Post {day}", text=f"Text {day} < all.", topics=("food",), source="<Union>"
        )
        for day in range(1, 5)
    ]
    return FakeBook(
        known_levels=[AMBER, BLACK],
        known_alerts=[HONG_KONG, THAILAND],
        known_incidents={"TH": list(INCIDENTS)},
        known_contacts=[TEAM, OFFICE, KITCHEN],
        known_facts={"TH": FACTS},
        known_topics=topics,
        known_updates=updates,
        known_handles=[HANDLE],
    )
