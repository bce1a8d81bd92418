"""The web chat at /chat: no account, the same inbox and outbox as every channel."""

from bot.channels.web.router import make_router, start_runner

__all__ = ["make_router", "start_runner"]
