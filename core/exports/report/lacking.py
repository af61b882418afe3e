"""What a report says in place of a section or a curve that the study's data don't allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.exports.report.model import Paragraph, paragraph
from core.results.cohort import StudyAnalysis
from core.results.common import Message
from core.text.catalogue import Language, say, text
from core.text.numbers import listed

CURVES = ("os", "pfs")
"""Endpoints whose absence is said; the others stand in a report only where they exist."""
_FULL_STOP = {"en": ".", "zh": "。"}


def _response(analysis: StudyAnalysis) -> tuple[Message, ...]:
    return analysis.response.messages


def _prognosis(analysis: StudyAnalysis) -> tuple[Message, ...]:
    return analysis.prognosis.messages


def _safety(analysis: StudyAnalysis) -> tuple[Message, ...]:
    return (Message.of("report.lacking.events"),)


_REASONS: Mapping[str, Callable[[StudyAnalysis], tuple[Message, ...]]] = {
    "response": _response,
    "prognosis": _prognosis,
    "safety": _safety,
}


def lacking_section(
    code: str, analysis: StudyAnalysis, language: Language
) -> tuple[Paragraph, ...]:
    """Why a section has nothing to show and which data would unlock it; empty where unknown.

    Args:
        code: of the section, as in ``SECTIONS``.
    """
    reasons = _REASONS[code](analysis) if code in _REASONS else ()
    return tuple(_sentence(say(reason, language), language) for reason in reasons)


def lacking_curves(analysis: StudyAnalysis, language: Language) -> tuple[Paragraph, ...]:
    """Which of overall and progression-free survival is missing, and what it needs."""
    names = [
        text(endpoint.label, language)
        for endpoint in analysis.endpoints.items.values()
        if endpoint.code in CURVES and endpoint.code not in analysis.curves
    ]
    if not names:
        return ()
    words = text("report.lacking.curves", language, endpoints=listed(names, language))
    return (_sentence(words, language),)


def _sentence(words: str, language: Language) -> Paragraph:
    stop = _FULL_STOP[language]
    return paragraph(words if words.endswith(stop) else words + stop)
