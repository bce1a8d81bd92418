"""How the action server is called: over one kept connection, and without what no action of ours reads.

Rasa opens a connection for every call and sends the whole dialogue and the whole domain along. With
`send_events: false` in the action endpoint the dialogue's events stay here; `enable_selective_domain: true` is Rasa's
own option for the domain.
"""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

WRITTEN_AGAINST = {
    "EndpointConfig.session": "e55aa13d9d4fb4bc440ac33b870a97ee162b76dda7ccb6bf68433567475fdffb",
    "EndpointConfig.request": "ccdb778aed8208e23cde3c3f47eac7fbbbb735dac8f7ef7254d54451c64ad608",
    "RemoteAction._action_call_format": "428795b944f22edba142d278ec47a30098975b01463ba337ec447dade52a0492",
}
"""SHA-256 of the sources of Rasa's methods that are replaced, or that use what is replaced; a test compares."""

_Loops = WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession]
_whole_call = RemoteAction._action_call_format
_new_session = EndpointConfig.session


class Lent:
    """A session for one request: given back, not closed."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *_: object) -> None:
        return None


def kept_session(endpoint: EndpointConfig) -> Lent:
    """The endpoint's session in this event loop, made at the first call."""
    sessions: _Loops = endpoint.__dict__.setdefault("_kept_sessions", WeakKeyDictionary())
    loop = asyncio.get_running_loop()
    session = sessions.get(loop)
    if session is None or session.closed:
        session = sessions[loop] = _new_session(endpoint)
    return Lent(session)


def action_call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """What the action server is told: everything, as Rasa does, unless the endpoint says that events are not read."""
    endpoint = action.action_endpoint
    if endpoint is None or endpoint.kwargs.get("send_events", True):
        return _whole_call(action, tracker, domain)
    return _whole_call(action, _Eventless(tracker), domain)


class _Eventless:
    """A dialogue that keeps its events to itself."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._tracker, self.sender_id = tracker, tracker.sender_id

    def current_state(self, _: EventVerbosity) -> dict[str, Any]:
        return {**self._tracker.current_state(EventVerbosity.NONE), "events": []}


def install() -> None:
    """Replace Rasa's methods for this process; calling it again changes nothing."""
    EndpointConfig.session = kept_session
    RemoteAction._action_call_format = action_call
