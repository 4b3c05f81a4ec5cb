"""The texts of `segue apply`, in English. Text only; `{…}` are names."""

from __future__ import annotations

APPLY: dict[str, str] = {
    "apply_title": "What {file} changes in the installation in {home}:",
    "apply_same": "{file} is what counts already; nothing was applied.",
    "apply_only_text": "Nothing that counts changes, only the text.",
    "apply_ignored": "Not applied, because it is made in the pages: {sections}.",
    "apply_settings": "Settings",
    "apply_sources": "Data sources",
    "apply_tables": "Tables",
    "apply_attributes": "Profile attributes",
    "apply_segments": "Segments",
    "apply_added": "+ {label}: {after}",
    "apply_changed": "~ {label}: {before} → {after}",
    "apply_removed": "- {label}: {before}",
    "apply_used": "used by {exports}",
    "apply_breaking": "Exports that use what is removed stop running until they are changed: {exports}.",
    "apply_confirm": "Apply these changes?",
    "apply_declined": "Nothing was applied.",
    "apply_done": "Applied. The data is read with the next refresh.",
}
