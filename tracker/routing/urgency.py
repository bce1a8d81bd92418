"""How soon somebody must look: danger in the words first, the topic only as what is usual."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.routing.model import Reading
from tracker.routing.signs import Message, Signs
from tracker.routing.taxonomy import TopicKind

USUALLY_URGENT = 0.34
"""Share of probability on urgent topics from which the topic alone speaks for urgency."""


def urgency(
    message: Message, topic: TopicKind, reading: Reading, topics: Mapping[str, TopicKind], signs: Signs
) -> str:
    """`urgent` or `normal`; matters handed over are `normal`, since nobody here acts on them."""
    if topic.urgency == "handover":
        return "normal"
    if dangerous(message, signs):
        return "urgent"
    usual = topic.urgency == "urgent" or _urgent_share(reading, topics) >= USUALLY_URGENT
    return "urgent" if usual and not signs.has("calm", message) else "normal"


def dangerous(message: Message, signs: Signs) -> bool:
    """Whether the words tell of danger to life, whatever the topic."""
    if signs.has("danger", message) or (not message.stripped and signs.has("danger_marked", message)):
        return True
    return signs.has("young", message) and signs.has("young_danger", message)


def _urgent_share(reading: Reading, topics: Mapping[str, TopicKind]) -> float:
    return sum(share for code, share in reading.ranking if code in topics and topics[code].urgency == "urgent")
