"""The product's error tree. Edges turn an error into a status and its plain Vietnamese sentence."""


class LangNgheError(Exception):
    """Root of every error the product raises on purpose; `str(error)` is fit for a person to read."""

    status = 500


class ConfigError(LangNgheError):
    """A setting is missing or wrong; the sentence names the setting and what is expected."""


class DataFileError(LangNgheError):
    """A data file is malformed; the sentence names file, line and what is expected."""

    def __init__(self, path: object, line: int | None, expected: str) -> None:
        where = f"{path}, dòng {line}" if line else str(path)
        super().__init__(f"{where}: {expected}")


class ModelMissingError(LangNgheError):
    """A trained model is not there; the sentence names the command that makes it."""


class NotFoundError(LangNgheError):
    """What was asked for does not exist, or must look as if it did not."""

    status = 404


class ForbiddenError(LangNgheError):
    """The account may not do this to this row."""

    status = 403


class InvalidInputError(LangNgheError):
    """What a person sent cannot be used; the sentence says what to do next."""

    status = 422


class TransitionError(LangNgheError):
    """The case's state does not allow this action, or something it needs is missing."""

    status = 409


class StaleError(TransitionError):
    """Somebody else changed the case first; the sentence says what changed."""
