"""Text that a page, log or spreadsheet might run; file names; personal identifiers; size."""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter

from tests.bad_inputs.builders import HEADERS, csv_bytes, spoilt, table, workbook, write_sheet
from tests.bad_inputs.case import Case, book_case

CARD = "11010519491231002X"
PHONE = "13800138000"
MAIL = "zhang.san@example.org"
INJECTED: dict[str, Sequence[str]] = {
    "html": ["<script>window.x=1</script>", "<img src=x onerror=alert(1)>", "<svg/onload=a()>",
             "</td></table><h1>"],
    "markdown": ["[a](javascript:alert(1))", "![x](http://127.0.0.1:9/x.png)", "# heading",
                 "**bold** `code`"],
    "latex": ["$\\frac{1}{0}$", "\\input{/etc/passwd}", "\\write18{id}", "$$x^2$$"],
    "formulas": ["=1+1", "+1+1", "-1+1", "@SUM(1)"],
    "formulas_behind_space": ["\t=1+1", " =1+1", "\r=1+1", "＝1+1"],
    "formula_commands": ["=cmd|'/C calc'!A0", '=HYPERLINK("http://127.0.0.1:9/","x")',
                         "=WEBSERVICE(\"http://127.0.0.1:9/\")", "=DDE(\"cmd\";\"/C\";\"x\")"],
    "sql": ["'; DROP TABLE studies; --", "1 OR 1=1", "Robert'); --", "\" UNION SELECT 1"],
    "templates": ["{{7*7}}", "{0.__class__}", "%(x)s", "${jndi:ldap://127.0.0.1/a}"],
    "bidi": ["A\u202e10", "A\u2066b\u2069", "\u200fA3", "a\u202dc"],
    "control_signs": ["A\x0701", "A\x1b[31m2", "A\x083", "A\x7f4"],
    "line_breaks": ["A\nX: forged", "A\r\nY", "A\u2028b", "A\x85c"],
    "plot_labels": ["<b>x</b><br>y", "%{x}<extra></extra>", "$\\alpha$", "<a href='#'>p</a>"],
    "emoji_and_marks": ["👨\u200d👩\u200d👧", "Z̷̢͠a̴͝l̵͠g̶o", "💊", "é"],
    "program_words": ["__proto__", "constructor", "index", "None"],
    "paths": ["../../etc/passwd", "C:\\x", "//host/share", "file:///etc/passwd"],
    "json": ["{\"a\":1}", "[]", "\\u0041", "\"],\"x\":["],
    "long": ["x" * 60, "y" * 64, "字" * 64, "z"],
}  # fmt: skip
NAMES = {
    "path_traversal": "../../etc/passwd.csv", "windows_traversal": "..\\..\\boot.csv",
    "absolute": "/etc/shadow.csv", "drive": "C:\\Users\\x\\a.csv", "very_long": "a" * 400 + ".csv",
    "reserved": "CON.csv", "reserved_nul": "NUL.csv", "no_ending": "patients",
    "double_ending": "patients.xlsx.csv", "programme_ending": "patients.exe.csv",
    "chinese": "患者 表（终版）2.csv", "newline": "a\nb.csv", "carriage_return": "a\r\nb.csv",
    "markup": "<img src=x onerror=alert(1)>.csv", "markdown": "[a](javascript:b).csv",
    "formula": "=1+1.csv", "right_to_left": "rtl_\u202evsc.exe.csv", "null_sign": "a\x00.csv",
    "only_ending": ".csv", "dots": "...csv", "emoji": "💊.csv", "quotes": "a\"b'c.csv",
    "shell": "a;rm -rf ~;$(id).csv", "percent": "%2e%2e%2fa.csv", "upper_case": "PATIENTS.CSV",
    "dash_first": "-rf.csv", "stream": "a.csv:hidden.csv", "trailing_space": "a.csv ",
    "sql": "'; DROP TABLE x; --.csv", "format": "{0}%s{file}.csv", "zero_width": "a\u200b.csv",
}  # fmt: skip


def _injections() -> list[Case]:
    cases = []
    for title, texts in INJECTED.items():
        ids = [(line, "patient_id", text) for line, text in enumerate(texts, start=2)]
        content = csv_bytes(table(ids, {"comment": texts}))
        cases.append(Case("INJ", title, content, "accept", also=("warn", "rows")))
        wrong = csv_bytes(table([(2, "age", texts[0]), (3, "sex", texts[1])]))
        cases.append(Case("INJ", f"{title}_in_typed_cells", wrong, "rows", rows=2,
                          also=("refuse", "warn")))  # fmt: skip
    headers = {
        "<script>h</script>": list("abcd"), "=1+1": list("abcd"), "__proto__": list("abcd"),
        "{x} %s": list("abcd"), "$a$": list("abcd"), "source_row": list("abcd"),
    }  # fmt: skip
    odd = workbook(lambda book: write_sheet(book, table(), "<b>=1+1<b> {x}"))
    return [
        *cases,
        Case("INJ", "headers", csv_bytes(table(more=headers)), "accept"),
        book_case("sheet_name", "accept", "", odd, "INJ"),
    ]


def _names() -> list[Case]:
    content = csv_bytes(table())
    lenient = {"no_ending", "only_ending", "dots", "null_sign", "very_long", "stream",
               "trailing_space"}  # fmt: skip
    return [
        Case("FNM", title, content, "accept", name=name,
             also=("warn", "refuse") if title in lenient else ("warn",))
        for title, name in NAMES.items()
    ]  # fmt: skip


def _column(title: str, header: str, texts: list[str], code: str = "identifier_dropped",
            outcome: str = "warn", also: tuple[str, ...] = ("refuse",)) -> Case:  # fmt: skip
    words = ((header,), ("identif", "身份", "personal", "个人信息")) if code else ()
    return Case("PHI", title, csv_bytes(table(more={header: texts})), outcome, code, also=also,
                words=words, never=tuple(t for t in texts if len(t) > 1))  # fmt: skip


def _hidden_names(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table(more={"姓名": ["测试甲", "测试乙", "测试丙", "测试丁"]}))
    sheet.set_column(18, 18, None, None, {"hidden": True})


def _names_elsewhere(book: xlsxwriter.Workbook) -> None:
    write_sheet(book, table())
    write_sheet(book, [["编号", "姓名", "电话"], ["A01", "测试甲", PHONE]], "对照表").hide()


def _identifiers() -> list[Case]:
    four = ["测试甲", "测试乙", "测试丙", "测试丁"]
    cards = [CARD, "440524198001010013", CARD, "440524198001010013"]
    phones = [PHONE, "139-0013-9000", "+86 13700137000", "150 0013 7000"]
    swapped = csv_bytes(table([(n, "patient_id", card) for n, card in
                               enumerate(("11010519491231002X", "440524198001010013"), 2)]
                              + [(4, "patient_id", "110105199001010010"),
                                 (5, "patient_id", "110105198001010016")]))  # fmt: skip
    note = csv_bytes(table()) + f"联系人电话 {PHONE}\n".encode()
    title = f"随访表 联系电话 {PHONE}\n".encode() + csv_bytes(table())
    letters = ["腺癌，电话 " + PHONE, f"{CARD} 腺癌", f"mail {MAIL}", "腺癌"]
    known = (PHONE, CARD, MAIL)
    return [
        _column("name", "姓名", four),
        _column("patient_name", "Patient name", ["Anna Smith", "Bob Jones", "Cai Li", "Dee Wu"]),
        _column("name_english", "Name", ["Anna Smith", "Bob Jones", "Cai Li", "Dee Wu"]),
        _column("card", "身份证号", cards),
        _column("phone", "联系电话", phones),
        _column("inpatient_number", "住院号", ["20210001", "20210002", "20210003", "20210004"]),
        _column("outpatient_number", "门诊号", ["M210001", "M210002", "M210003", "M210004"]),
        _column("insurance", "医保卡号", ["YB330001", "YB330002", "YB330003", "YB330004"]),
        _column("address", "家庭住址", ["测试一路1号", "测试二路2号", "测试三路3号", "四路4号"]),
        _column("mail", "邮箱", [MAIL, "b@example.org", "c@example.org", "d@example.org"]),
        _column("relative", "家属姓名", four),
        _column("contact", "联系人", four),
        _column("passport", "护照号", ["E12345678", "E12345679", "E12345670", "G12345671"]),
        _column("mrn", "MRN", ["0012345", "0012346", "0012347", "0012348"]),
        _column("hospital_number", "病案号", ["B00123", "B00124", "B00125", "B00126"]),
        _column("bank_card", "银行卡号", ["6222020200112230", "6222020200112231",
                "6222020200112232", "6222020200112233"]),
        _column("wechat", "微信号", ["wx_test1", "wx_test2", "wx_test3", "wx_test4"]),
        _column("doctor_name_column", "患者姓名(全名)", four),
        _column("cards_under_other_header", "备注1", cards, "identifier_values_dropped"),
        _column("phones_under_other_header", "备注2", phones, "identifier_values_dropped"),
        _column("one_phone_among_notes", "备注3", [letters[0], "a", "b", "c"], "", "warn"),
        _column("one_card_among_notes", "备注4", ["a", "b", letters[1], "c"], "", "warn"),
        Case("PHI", "identifiers_in_known_text", csv_bytes(table(more={"histology": letters})),
             "warn", "identifier_in_text", never=known),
        Case("PHI", "card_as_id", swapped, "refuse", "id_is_card", never=(CARD,),
             words=(("patient_id",), ("身份证", "identif"))),
        Case("PHI", "one_card_as_id", spoilt("patient_id", CARD), "refuse", "", never=(CARD,),
             also=("warn", "rows")),
        Case("PHI", "phones_as_id", csv_bytes(table([(n, "patient_id", f"1380013800{n}") for n in
             range(2, 6)])), "refuse", "id_is_phone", never=("13800138002",)),
        Case("PHI", "card_in_number_cell", spoilt("age", CARD), "rows", "", 1, never=(CARD,)),
        Case("PHI", "phone_in_date_cell", spoilt("first_haic_date", PHONE), "rows", "", 1,
             never=(PHONE,)),
        Case("PHI", "phone_in_category_cell", spoilt("sex", f"女 {PHONE}"), "rows", "", 1,
             never=(PHONE,)),
        Case("PHI", "card_in_row_too_long", csv_bytes(table()) + (",".join(table()[1]).replace(
             "A01", "A09") + f",{CARD}\n").encode(), "rows", "row_too_long", 1, never=(CARD,)),
        Case("PHI", "phone_below_the_table", note, "rows", "", 1, never=(PHONE,), also=("warn",)),
        Case("PHI", "phone_in_title", title, "warn", "header_below_title", never=(PHONE,)),
        Case("PHI", "card_as_header", csv_bytes(table(more={CARD: list("abcd")})), "accept",
             never=(CARD,), also=("warn", "refuse")),
        Case("PHI", "name_is_the_only_key", csv_bytes([["姓名", *HEADERS[1:]], *(
             [name, *row[1:]] for name, row in zip(four, table()[1:], strict=True))]), "refuse",
             "only_identifiers", never=tuple(four)),
        Case("PHI", "phone_in_file_name", csv_bytes(table()), "accept", name=f"{PHONE}.csv",
             also=("warn",), never=(PHONE,)),
        Case("PHI", "hidden_column", workbook(_hidden_names), "warn", "identifier_dropped",
             name="a.xlsx", never=tuple(four)),
        Case("PHI", "hidden_sheet_of_names", workbook(_names_elsewhere), "warn",
             "key_list_left_out", name="a.xlsx", also=("refuse",), never=("测试甲", PHONE)),
    ]  # fmt: skip


def _sizes() -> list[Case]:
    wide = [["patient_id", "age", *(f"v{n}" for n in range(5000))],
            ["A", "60", *("1" * 5000)]]  # fmt: skip
    some = [["patient_id", "age", *(f"v{n}" for n in range(1000))],
            ["A", "60", *("1" * 1000)]]  # fmt: skip
    many = b"patient_id,age\n" + b"".join(b"P%d,60\n" % n for n in range(50_000))
    return [
        Case("SIZ", "empty", b"", "refuse", "file_empty"),
        Case("SIZ", "blank", b" \n \n", "refuse", "file_empty"),
        Case("SIZ", "only_bom", b"\xef\xbb\xbf", "refuse", "file_empty"),
        Case("SIZ", "only_commas", b",,,,\n,,,,\n", "refuse"),
        Case("SIZ", "header_only", csv_bytes(table()[:1]), "refuse", "no_data_rows"),
        Case("SIZ", "header_and_empty_rows", csv_bytes([*table()[:1], [""] * 18, [""] * 18]),
             "refuse", "no_data_rows"),
        Case("SIZ", "one_row", csv_bytes(table()[:2]), "accept"),
        Case("SIZ", "one_cell", b"patient_id\n", "refuse", "no_data_rows"),
        Case("SIZ", "ids_only", b"patient_id\nA01\nA02\n", "accept", also=("warn", "refuse")),
        Case("SIZ", "one_word", b"hello", "refuse", "no_patient_column", also=("warn",)),
        Case("SIZ", "thousand_columns", csv_bytes(some), "accept", also=("warn",)),
        Case("SIZ", "five_thousand_columns", csv_bytes(wide), "refuse", "too_many_columns",
             also=("warn", "accept")),
        Case("SIZ", "fifty_thousand_rows", many, "accept", seconds=30),
        Case("SIZ", "million_rows", b"patient_id,age\n" + b"1,50\n" * 1_040_001, "refuse",
             "too_many_rows", also=("rows", "accept"), seconds=120, memory_mb=2500),
        Case("SIZ", "every_row_wrong", b"patient_id,age\n" + b"".join(
             b"P%d,x\n" % n for n in range(5_000)), "rows", "number_unreadable", 5_000,
             seconds=30),
        Case("SIZ", "long_cell", csv_bytes(table(more={"note": ["x" * 2**20, "", "", ""]})),
             "accept", also=("warn", "rows")),
        Case("SIZ", "long_header", csv_bytes(table(more={"h" * 10_000: ["", "1", "", ""]})),
             "accept", also=("warn", "refuse")),
        Case("SIZ", "too_large", b"x" * (2**20 * 101), "refuse", "file_too_large"),
    ]  # fmt: skip


def hostile_cases() -> list[Case]:
    """Injection, names, identifiers, size."""
    return [*_injections(), *_names(), *_identifiers(), *_sizes()]
