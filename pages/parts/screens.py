"""The screens in the order of the navigation: section, address, icon."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "study": (("studies", "folder_open"), ("data", "table_view")),
    "patients": (("patient", "person"), ("board", "co_present")),
    "analysis": (
        ("eligibility", "checklist"),
        ("baseline", "groups"),
        ("response", "stacked_bar_chart"),
        ("survival", "stairs"),
        ("prognosis", "account_tree"),
        ("safety", "health_and_safety"),
    ),
    "paper": (("report", "description"), ("validation", "fact_check")),
    "server": (("admin", "admin_panel_settings"),),
}
"""Section -> (address of the screen, Material icon)."""

SCREEN_NAMES: tuple[str, ...] = tuple(name for screens in SECTIONS.values() for name, _ in screens)
