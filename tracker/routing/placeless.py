"""A report without the place it names: where something happens says little of what it is."""

from bot.places import Gazetteer, load_gazetteer

FEWEST_WORDS = 2


def without_place(text: str, gazetteer: Gazetteer | None = None) -> str:
    """The text with its commune blanked out letter by letter, so that positions stay; whole when little is left."""
    found = (gazetteer or load_gazetteer()).find(text)
    if found.span is None or found.commune_code is None:
        return text
    start, end = found.span
    left = text[:start] + " " * (end - start) + text[end:]
    return left if len(left.split()) >= FEWEST_WORDS else text
