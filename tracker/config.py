"""Settings from the environment: prefix LANGNGHE_, secrets never from a file in the repository."""

from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the product; docs/operations.md lists them and a test keeps that list complete."""

    model_config = SettingsConfigDict(env_prefix="LANGNGHE_", extra="ignore")

    database_url: str = "sqlite:///var/langnghe.db"
    data_dir: Path = Path("var")
    dialogue_url: str | None = None
    secret_key: SecretStr | None = None
    web_host: str = "127.0.0.1"
    web_port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055
    rasa_url: str | None = None
    public_url: str | None = None
    raw_chat_days: int = 90
    contact_days: int = 730
    evidence_days: int = 1095
    rate_per_minute: int = 60
    demo_cases: int = 1
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_bot_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = Field(default="https://api.telegram.org", validation_alias="TELEGRAM_API_URL")
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    session_minutes: int = 60
    totp_roles: str = "admin"
    map_url: str | None = None
    secure_cookies: bool = False

    @property
    def rasa_root(self) -> str:
        """Root address of Rasa's HTTP server."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def dialogue_store(self) -> str:
        """Address of the database in which Rasa keeps its dialogues."""
        return self.dialogue_url or f"sqlite:///{self.data_dir}/dialogue.db"

    @property
    def public_root(self) -> str:
        """Root address a citizen's browser reaches, without a trailing slash."""
        return (self.public_url or f"http://127.0.0.1:{self.web_port}").rstrip("/")

    @property
    def media_dir(self) -> Path:
        """Where attachments' bytes live, named by their SHA-256."""
        return self.data_dir / "media"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once from the environment."""
    return Settings()
