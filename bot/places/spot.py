"""A stretch of words under judgement: the type word, the words and the letters around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.places.beside import odds, often, tied
from bot.places.hints import Sentence, hints

_CAPITAL, _BELOW, _LISTED, _LISTED_STRIPPED = 12, 12, 7, 5


@dataclass(frozen=True)
class Spot:
    """A stretch of words under judgement, with what stands around it."""

    sentence: Sentence
    first: int
    start: int
    end: int
    unit: str
    context: str
    capital: bool
    last_capital: bool
    alone: bool

    @cached_property
    def key(self) -> str:
        """Matching form of the words."""
        return self.sentence.folded(self.start, self.end)

    @cached_property
    def typed(self) -> str:
        """The words in lower-case normal form."""
        return " ".join(w.text for w in self.sentence.words[self.start : self.end])

    @cached_property
    def plain(self) -> bool:
        """Whether no word carries a mark."""
        return self.typed == self.key

    @cached_property
    def ordinary(self) -> bool:
        """Whether the words are also ordinary ones."""
        table = hints()
        return self.key in table.ordinary_stripped if self.plain else self.typed in table.ordinary_accented

    @cached_property
    def everyday(self) -> bool:
        """Whether the ordinary words are ones of every day."""
        table = hints()
        return self.key in table.everyday_stripped if self.plain else self.typed in table.everyday_accented

    @cached_property
    def opens(self) -> bool:
        """Whether a sentence or a part of one starts here, so that a capital says little."""
        return self.first == 0 or not set(self.sentence.gaps[self.first]) <= {" "}

    @cached_property
    def odds(self) -> int:
        """What the neighbours say, in tenths of log-odds; capitals and a hamlet or street before count too."""
        capital = _CAPITAL if self.capital and not self.opens else 0
        listed = (_LISTED_STRIPPED if self.sentence.stripped else _LISTED) if self.context else 0
        return odds(self.sentence, self.first, self.end) + capital + (_BELOW if self.unit else listed) - self.tied

    @cached_property
    def tied(self) -> int:
        """How firmly the words hold to their neighbours or together as ordinary words, in tenths of log-odds."""
        bare = self.first == self.start and not self.context
        ties = tied(self.sentence, self.first, self.start if bare else None, self.end)
        return ties + often(self.sentence, self.start, self.end)

    @cached_property
    def strong_context(self) -> bool:
        """Whether the word before names a place."""
        return bool(self.context) and self.context not in hints().weak


def spot(sentence: Sentence, start: int, end: int) -> Spot:
    """Look around words start..end once."""
    unit, first = sentence.unit_before(start)
    context, _ = sentence.before(first, hints().context, frozenset(" :\t\n\xa0"))
    if first and sentence.hidden[first - 1] and " " not in context:
        context = ""
    inside = sentence.words[start:end]
    outer = sentence.words[:first] + sentence.words[end:]
    fillers = hints().fillers
    return Spot(
        sentence,
        first,
        start,
        end,
        unit,
        context,
        capital=not sentence.shouting and all(w.capital for w in inside),
        last_capital=not sentence.shouting and inside[-1].capital,
        alone=len(outer) <= 6 and all(w.fold in fillers for w in outer),  # noqa: PLR2004 - a short answer
    )
