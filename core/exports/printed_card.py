"""The dose card as one HTML page that prints by itself and asks nothing of the network."""

from __future__ import annotations

import html
from collections.abc import Sequence

from core.exports.tables.table import Table
from core.text.catalogue import Language

_STYLE = (
    "body{font:11pt/1.45 'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif;margin:14mm;"
    "color:#111}h1{font-size:16pt;margin:0 0 2mm}h2{font-size:12pt;margin:6mm 0 2mm}"
    "table{border-collapse:collapse;width:100%}th,td{border:.3mm solid #888;padding:1mm 2mm;"
    "text-align:left;vertical-align:top}th{background:#eee}p{margin:1mm 0}"
    ".banner{border:.6mm solid #111;padding:2mm 3mm;font-weight:600}.note{font-size:9pt}"
    ".sign td{height:10mm}@page{size:A4;margin:12mm}@media print{body{margin:0}}"
)


def _table(printed: Table) -> str:
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in printed.frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>"
        for line in printed.frame.itertuples(index=False)
    )
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in printed.notes)
    return (
        f"<h2>{html.escape(printed.title)}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{notes}"
    )


def printed_card(
    title: str,
    banner: str,
    facts: Sequence[tuple[str, str]],
    tables: Sequence[Table],
    signatures: Sequence[str],
    language: Language,
) -> bytes:
    """A page with the banner on top, the facts, the tables and lines to sign.

    Args:
        facts: label and value of what was entered.
        signatures: who has to sign.
    """
    rows = "".join(
        f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>"
        for label, value in facts
    )
    lines = "".join(f"<tr><th>{html.escape(who)}</th><td></td></tr>" for who in signatures)
    code = "zh-CN" if language == "zh" else "en"
    page = (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<h1>{html.escape(title)}</h1><p class="banner">{html.escape(banner)}</p>'
        f"<table>{rows}</table>{''.join(map(_table, tables))}"
        f'<h2></h2><table class="sign">{lines}</table></body></html>'
    )
    return page.encode("utf-8")
