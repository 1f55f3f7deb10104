"""How well terms are found in their forms: precision and recall over the annotated sentences of terms.txt."""

from dataclasses import dataclass
from pathlib import Path

from summaries.terms import find_terms

SENTENCES = Path(__file__).parent / "terms.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence in a language, and whether it names the term."""

    language: str
    term: str
    names: bool
    sentence: str

    @property
    def is_found(self) -> bool:
        return bool(find_terms(self.sentence, (self.term,), self.language))


def cases() -> tuple[Case, ...]:
    lines = (line for line in SENTENCES.read_text("utf-8").split("\n") if line and not line.startswith("#"))
    fields = [line.split(" | ", 3) for line in lines]
    return tuple(Case(language, term, names == "yes", sentence) for language, term, names, sentence in fields)


def term_figures() -> dict[str, list[bool]]:
    """Precision: of what is found, whether it is named. Recall: of what is named, whether it is found."""
    every = [(case, case.is_found) for case in cases()]
    return {
        "terms.precision": [case.names for case, found in every if found],
        "terms.recall": [found for case, found in every if case.names],
    }
