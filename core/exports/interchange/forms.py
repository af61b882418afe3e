"""A study in one of the forms for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.exports.interchange.adam import adam_csv_zip, adam_xpt_zip
from core.exports.interchange.cbioportal import cbioportal_zip
from core.exports.interchange.form import Form
from core.exports.interchange.parts import StudyParts
from core.exports.interchange.redcap import redcap_zip
from core.exports.interchange.spss import spss_file
from core.text.catalogue import Language

_WRITERS: Mapping[Form, Callable[[StudyParts, Language], bytes]] = {
    Form.ADAM: lambda study, _: adam_xpt_zip(study),
    Form.ADAM_CSV: lambda study, _: adam_csv_zip(study),
    Form.REDCAP: redcap_zip,
    Form.SPSS: spss_file,
    Form.CBIOPORTAL: lambda study, _: cbioportal_zip(study),
}


def interchange_file(form: Form, study: StudyParts, language: Language) -> bytes:
    """The study in a form; labels that people read (REDCap, SPSS) are in the language."""
    return _WRITERS[form](study, language)


__all__ = ["interchange_file"]
