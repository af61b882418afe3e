"""Units and categories: what a column is measured in, and which words it takes."""

from __future__ import annotations

from tests.bad_inputs.builders import csv_bytes, table
from tests.bad_inputs.case import Case, cells

HB, PLT, CREATININE = "Hb (g/L)", "PLT (10^9/L)", "Creatinine (umol/L)"
ASKED = ("refuse", "warn")
"""What else may become of values in another unit: never a silent ``accept``."""


def _renamed(title: str, old: str, new: str, texts: list[str], outcome: str, code: str = "",
             **more: object) -> Case:  # fmt: skip
    rows = table([(line, old, text) for line, text in enumerate(texts, start=2)])
    rows[0][rows[0].index(old)] = new
    return Case("UNT", title, csv_bytes(rows), outcome, code, **more)  # type: ignore[arg-type]


def _long_labs(title: str, lines: list[str], outcome: str, code: str = "", rows: int = 0) -> Case:
    from tests.bad_inputs.builders import zipped

    labs = "\n".join(["patient_id,lab_date,lab_test,lab_value,lab_unit", *lines, ""])
    content = zipped({"patients.csv": csv_bytes(table()), "labs.csv": labs.encode()})
    return Case("UNT", title, content, outcome, code, rows, "a.zip")


def _units() -> list[Case]:
    return [
        cells("UNT", "haemoglobin_g_dl_all", HB, ["9.3", "11.9", "9.9", "11.8"], also=ASKED),
        cells("UNT", "haemoglobin_g_dl_one", HB, ["9.3"], also=ASKED),
        cells("UNT", "creatinine_mg_dl", CREATININE, ["0.9", "1.1"], also=ASKED),
        cells("UNT", "platelets_per_ul", PLT, ["184000", "220000", "269000", "178000"],
              also=ASKED),
        cells("UNT", "height_in_m", "height_cm", ["1.68", "1.64", "1.77", "1.73"], also=ASKED),
        cells("UNT", "height_in_feet", "height_cm", ["5'8\"", "5 ft 8", "5尺1寸"], also=ASKED),
        cells("UNT", "height_in_inches", "height_cm", ["66", "65"], also=ASKED),
        cells("UNT", "weight_in_grams", "weight_kg", ["68200", "65400"], also=ASKED),
        cells("UNT", "diameter_in_mm", "max_tumor_diameter_cm", ["51", "79", "98", "100"],
              also=ASKED),
        Case("UNT", "weight_in_jin", csv_bytes(table([(2, "weight_kg", "136"),
             (3, "weight_kg", "131"), (4, "weight_kg", "151"), (5, "weight_kg", "157")])), "warn",
             also=("rows", "refuse")),
        _renamed("header_g_dl", HB, "Hb (g/dL)", ["9.3", "11.9", "9.9", "11.8"], "warn",
                 "lab_unit_converted", stored={"A01.HGB": 93.0}),
        _renamed("header_mg_dl", CREATININE, "Creatinine (mg/dL)", ["1.09", "0.9", "1", "1"],
                 "warn", "lab_unit_converted"),
        _renamed("header_lb", "weight_kg", "Weight (lb)", ["150", "144", "166", "173"], "warn",
                 "unit_converted", stored={"A01.weight_kg": 68.0389}),
        _renamed("header_jin", "weight_kg", "体重(斤)", ["136", "131", "151", "157"], "warn",
                 "unit_converted", stored={"A01.weight_kg": 68.0}),
        _renamed("header_m", "height_cm", "身高(m)", ["1.68", "1.64", "1.77", "1.73"], "warn",
                 "unit_converted", stored={"A01.height_cm": 168.0}),
        _renamed("header_mm", "max_tumor_diameter_cm", "肿瘤最大直径(mm)",
                 ["51", "79", "98", "100"], "warn", "unit_converted",
                 stored={"A01.max_tumor_diameter_cm": 5.1}),
        _renamed("header_unit_unknown", HB, "Hb (furlong)", [], "warn", "lab_unit_unknown"),
        _renamed("header_unit_of_other_kind", "weight_kg", "weight (cm)", [], "warn",
                 "unit_of_other_kind", also=("refuse",)),
        _renamed("header_without_unit", HB, "Hb", [], "accept", "lab_unit_assumed"),
        _renamed("header_without_unit_other_values", HB, "Hb", ["9.3", "11.9", "9.9", "11.8"],
                 "rows", rows=4, also=ASKED),
        _renamed("micro_signs", CREATININE, "肌酐(µmol/L)", [], "accept"),
        _renamed("header_platelets_per_ul", PLT, "PLT (/uL)",
                 ["184000", "220000", "269000", "178000"], "warn", "lab_unit_converted",
                 stored={"A01.PLAT": 184.0}),
        _renamed("header_thousands_per_ul", PLT, "PLT (10^3/µL)", [], "accept",
                 also=("warn",), stored={"A01.PLAT": 184.0}),
        _renamed("neutrophils_percent", PLT, "中性粒细胞(%)", ["65", "70", "55", "60"], "accept",
                 also=("warn",)),
        _long_labs("result_without_unit", ["A01,2020-09-01,HGB,93,"], "warn", "unit_missing"),
        _long_labs("result_unit_unknown", ["A01,2020-09-01,HGB,93,stone"], "warn",
                   "unit_unknown"),
        _long_labs("units_differ_by_row", ["A01,2020-09-01,HGB,93,g/L",
                   "A02,2020-09-01,HGB,11.9,g/dL"], "accept"),
        _long_labs("result_impossible", ["A01,2020-09-01,HGB,9.3,g/L"], "rows", rows=1),
        _long_labs("urea_mg_dl", ["A01,2020-09-01,UREA,300,mmol/L"], "rows", rows=1),
    ]  # fmt: skip


def _categories() -> list[Case]:
    both = ["A01.sex", "A02.sex", "A03.sex", "A04.sex"]
    return [
        cells("CAT", "sex_words", "sex", ["女", "Female", "m", "男性"], "accept",
              stored=["F", "F", "M", "M"]),
        cells("CAT", "sex_full_width", "sex", ["Ｆ", "Ｆ", "Ｍ", " M "], "accept",
              stored=["F", "F", "M", "M"]),
        cells("CAT", "sex_codes", "sex", ["2", "2", "1", "1"], code="code_ambiguous",
              also=("refuse",)),
        Case("CAT", "sex_codes_with_codebook", csv_bytes([
             [h if h != "sex" else "性别(1=男,2=女)" for h in table()[0]],
             *([{"M": "1", "F": "2"}.get(c, c) for c in row]
               for row in table()[1:])]), "accept",
             stored=dict(zip(both, ("F", "F", "M", "M"), strict=True))),
        cells("CAT", "sex_unknown", "sex", ["U", "未知", "X", "男?"], also=("warn",)),
        cells("CAT", "sex_both", "sex", ["M/F", "男女", "FM", "Mr"]),
        cells("CAT", "sex_flag_words", "sex", ["阳性", "是"]),
        cells("CAT", "yes_no_words", "extrahepatic_mets", ["有", "√", "无", "×"], "accept",
              stored=["yes", "yes", "no", "no"]),
        cells("CAT", "yes_no_letters", "extrahepatic_mets", ["Y", "TRUE", "n", "False"], "accept",
              stored=["yes", "yes", "no", "no"]),
        cells("CAT", "yes_doubtful", "extrahepatic_mets", ["可疑", "是?", "maybe", "2"]),
        cells("CAT", "yes_unknown", "extrahepatic_mets", ["不详", "未知"], "warn",
              "missing_word", [None, None]),
        cells("CAT", "site_means_yes", "extrahepatic_mets", ["肺转移", "肺、骨"], "warn",
              "site_means_yes", ["yes", "yes"]),
        cells("CAT", "genes", "ras_braf_status", ["野生", "WT", "突变", "mut"], "accept",
              stored=["WILD", "WILD", "MUTANT", "MUTANT"]),
        cells("CAT", "gene_not_tested", "ras_braf_status", ["未检测", "不详"], "accept",
              stored=["UNKNOWN", "UNKNOWN"], also=("warn",)),
        cells("CAT", "gene_codes", "ras_braf_status", ["0", "1", "1", "0"],
              code="code_ambiguous"),
        cells("CAT", "gene_unknown_word", "ras_braf_status", ["G12D?", "半突变", "+/-"],
              also=("warn",)),
        cells("CAT", "lines_words", "prior_lines", ["二线", "三线及以上", "≥3", "3+"], "warn",
              "class_instead_of_number", also=("rows",)),
        cells("CAT", "class_of_number", "tumor_number", ["≥5", "<5"], "warn",
              "class_instead_of_number", also=("rows",)),
        cells("CAT", "ecog_words", "ecog", ["1分", "0 分"], "accept", stored=[1.0, 0.0],
              also=("warn",)),
        _column("best_response_words", "最佳疗效", ["部分缓解", "pr", "疾病稳定", "PD"], "accept",
                {"A01.best_response": "PR", "A03.best_response": "SD"}),
        _column("best_response_both", "最佳疗效", ["PR/SD", "PR→PD", "好转", "有效"], "rows",
                rows=4),
        _column("vital_status_codes", "生存状态", ["1", "0", "1", "1"], "rows", rows=4),
        _column("vital_status_words", "生存状态", ["死亡", "存活", "去世", "dead"], "accept"),
        _column("vital_status_lost", "生存状态", ["死亡", "失访", "死亡", "死亡"], "rows", rows=1),
        _column("event_codes", "os_event", ["1", "0", "1", "1"], "accept"),
        _column("event_code_two", "os_event", ["1", "2", "1", "1"], "rows", rows=1),
    ]  # fmt: skip


def _column(title: str, header: str, texts: list[str], outcome: str,
            stored: dict[str, object] | None = None, rows: int = 0) -> Case:  # fmt: skip
    content = csv_bytes(table(more={header: texts}))
    return Case("CAT", title, content, outcome, rows=rows, stored=stored or {})


def word_cases() -> list[Case]:
    """Units, then categories."""
    return [*_units(), *_categories()]
