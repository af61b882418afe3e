"""The methods paragraph, from the options actually used, with the versions of the programs."""

from __future__ import annotations

from core.exports.report.model import Paragraph, ReportContent, paragraph
from core.exports.tables.names import factor_names
from core.exports.tables.protocol import protocol_name
from core.exports.tables.response import further_rules
from core.options import AnalysisOptions
from core.text.catalogue import Language, text
from core.text.numbers import day, listed, number


def methods_paragraphs(content: ReportContent, language: Language) -> tuple[Paragraph, ...]:
    """One paragraph a subject; a subject that the data don't hold is left out."""
    analysis = content.analysis
    options = analysis.options
    cutoff = day(analysis.data_cutoff)
    sentences = [
        text("manuscript.methods.patients", language, n=analysis.n_patients, cutoff=cutoff),
        text(
            "manuscript.methods.eligibility",
            language,
            protocol=protocol_name(analysis.eligibility.protocol_id, language),
            version=analysis.eligibility.protocol_version,
        ),
        text(
            "manuscript.methods.baseline",
            language,
            quartile_type=analysis.baseline.quartile_type,
        ),
    ]
    if analysis.response.overall is not None:
        sentences.append(_response(options, language))
    if analysis.curves:
        definitions = [
            text(
                "manuscript.methods.endpoint",
                language,
                endpoint=f"@{curves.endpoint.label}",
                definition=f"@{curves.endpoint.definition}",
            )
            for curves in analysis.curves.values()
        ]
        gap = "" if language == "zh" else " "
        sentences.append(gap.join([_survival(options, language), *definitions]))
    model = analysis.prognosis.multivariable
    if model is not None:
        names = factor_names(analysis.factors, language)
        factors = [names(factor, "") for factor in model.factors]
        sentences.append(
            text(
                "manuscript.methods.cox",
                language,
                ties=f"@tables.ties.{options.survival.ties}",
                factors=listed(factors, language, limit=len(factors)),
                epv=number(model.events_per_variable),
            )
        )
    if analysis.adverse_events.rows:
        version = options.toxicity.ctcae_version
        sentences.append(text("manuscript.methods.safety", language, version=version))
    sentences.append(
        text(
            "manuscript.methods.software",
            language,
            convention=f"@common.convention.{options.survival.convention.value}",
            **{
                name: content.versions[name]
                for name in ("arteria", "python", "numpy", "scipy", "lifelines")
            },
        )
    )
    return tuple(paragraph(sentence) for sentence in sentences)


def _response(options: AnalysisOptions, language: Language) -> str:
    used = options.response
    first = text(
        "manuscript.methods.response",
        language,
        confirmed=f"@manuscript.methods.{'confirmed' if used.confirmed else 'unconfirmed'}",
        sd_min_days=used.sd_min_days,
        denominator=f"@tables.denominator.{used.denominator}",
        interval=f"@tables.rate_interval.{used.interval}",
        level=100 * used.level,
    )
    further = further_rules(used, language)
    return ("" if language == "zh" else " ").join((first, *further))


def _survival(options: AnalysisOptions, language: Language) -> str:
    used = options.survival
    return text(
        "manuscript.methods.survival",
        language,
        interval=f"@tables.interval.{used.interval}",
        level=100 * used.level,
        median_rule=f"@tables.median_rule.{used.median_rule}",
    )
