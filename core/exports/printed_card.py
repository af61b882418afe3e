"""The dose card as one HTML page that prints by itself and asks nothing of the network."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from string import Template

from core.exports.tables.table import Table
from core.text.catalogue import Language

TEMPLATE = Path(__file__).with_suffix(".html")


def _table(printed: Table) -> str:
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in printed.frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>"
        for line in printed.frame.itertuples(index=False)
    )
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in printed.notes)
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
    page = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        code=code,
        title=html.escape(title),
        banner=html.escape(banner),
        facts=rows,
        tables="".join(map(_table, tables)),
        signatures=lines,
    )
    return page.encode("utf-8")
