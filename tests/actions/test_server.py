"""The action server: our actions and no others, on loopback, with routes that answer nobody's browser."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.families import ACTIONS
from actions.server import LOOPBACK, create_app, make_executor


def test_every_action_is_registered_once() -> None:
    assert set(make_executor().actions) == {action.action_name for action in ACTIONS}


def test_only_health_and_webhook_are_served_and_only_on_loopback() -> None:
    app = create_app(ActionExecutor(), "langnghe_actions_test")
    try:
        routes = {(route.path, method) for route in app.router.routes for method in route.methods}
        assert routes == {("health", "GET"), ("webhook", "POST")}
        assert LOOPBACK == "127.0.0.1"
        assert not app.response_middleware
    finally:
        Sanic.unregister_app(app)
