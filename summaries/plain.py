"""The points and lists of a briefing in the JSON form of the contract: dicts, lists, strings and numbers."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summaries.model import ItemList, Point, Why


def point(point: "Point") -> dict[str, Any]:
    return {
        "text": point.text,
        "kind": point.kind,
        "strength": point.strength,
        "status": point.status,
        "speaker": point.speaker,
        "pronoun": point.pronoun,
        "heading": point.heading,
        "reason": point.reason,
        "before": point.before.to_dict() if point.before is not None else None,
        "outlets": point.outlets,
        "own_words": point.own_words,
        "was": point.was.to_dict() if point.was is not None else None,
        "citations": [citation.to_dict() for citation in point.citations],
        "why": _why(point.why),
    }


def _why(why: "Why") -> dict[str, Any]:
    return {
        "terms": list(why.terms),
        "score": why.score,
        "rank": why.rank,
        "of": why.of,
        "merged": why.merged,
        "beat": why.beat,
        "phrases": [
            {"words": phrase.words, "weight": phrase.weight, "articles": phrase.articles} for phrase in why.phrases
        ],
        "position": why.position,
        "corroboration": why.corroboration,
        "readability": why.readability,
        "beaten": [
            {
                "passage": beaten.passage.to_dict(),
                "score": beaten.score,
                "reason": beaten.reason,
                "line": beaten.line,
            }
            for beaten in why.beaten
        ],
    }


def item_list(found: "ItemList") -> dict[str, Any]:
    return {
        "title": found.title,
        "stated": found.stated,
        "items": [
            {
                "label": item.label,
                "wordings": [citation.to_dict() for citation in item.wordings],
                "details": [citation.to_dict() for citation in item.details],
            }
            for item in found.items
        ],
    }
