"""What the bot tells Telegram about itself at start; nothing depends on it."""

from __future__ import annotations

from telegram import Bot, BotCommand

from bot.channels.telegram.client import attempt
from tracker.config import Settings

COMMANDS = (
    BotCommand("start", "Bắt đầu"),
    BotCommand("help", "Hướng dẫn"),
    BotCommand("cuatoi", "Phản ánh của tôi"),
    BotCommand("huy", "Bỏ phản ánh đang viết"),
    BotCommand("dulieu", "Dữ liệu của tôi"),
    BotCommand("guinguoi", "Gặp cán bộ"),
)
WEBHOOK_PATH = "/telegram/webhook"


async def introduce(bot: Bot, settings: Settings) -> None:
    """Commands of the menu, and where updates go in webhook mode."""
    await attempt("getMe", bot.get_me())
    await attempt("setMyCommands", bot.set_my_commands(COMMANDS))
    if settings.telegram_mode == "polling":
        await attempt("deleteWebhook", bot.delete_webhook())
        return
    secret = settings.telegram_webhook_secret
    await attempt(
        "setWebhook",
        bot.set_webhook(
            f"{settings.public_root}{WEBHOOK_PATH}", secret_token=secret.get_secret_value() if secret else None
        ),
    )
