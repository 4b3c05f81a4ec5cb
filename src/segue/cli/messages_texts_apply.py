"""The texts of `segue apply`, English and French. Text only; `{…}` are names."""

from __future__ import annotations

APPLY: dict[str, tuple[str, str]] = {
    "apply_title": (
        "What {file} changes in the installation in {home}:",
        "Ce que {file} change dans l’installation de {home} :",
    ),
    "apply_same": (
        "{file} is what counts already; nothing was applied.",
        "{file} est déjà en vigueur ; rien n’a été appliqué.",
    ),
    "apply_only_text": (
        "Nothing that counts changes, only the text.",
        "Seul le texte change, rien de ce qu’il déclare.",
    ),
    "apply_ignored": (
        "Not applied, because it is made in the pages: {sections}.",
        "Non appliqué, car cela se fait dans les pages : {sections}.",
    ),
    "apply_settings": ("Settings", "Paramètres"),
    "apply_sources": ("Data sources", "Sources de données"),
    "apply_tables": ("Tables", "Tables"),
    "apply_attributes": ("Profile attributes", "Attributs de profil"),
    "apply_segments": ("Segments", "Segments"),
    "apply_added": ("+ {label}: {after}", "+ {label} : {after}"),
    "apply_changed": ("~ {label}: {before} → {after}", "~ {label} : {before} → {after}"),
    "apply_removed": ("- {label}: {before}", "- {label} : {before}"),
    "apply_used": ("used by {exports}", "utilisé par {exports}"),
    "apply_breaking": (
        "Exports that use what is removed stop running until they are changed: {exports}.",
        "Les exportations qui utilisent ce qui est supprimé ne s’exécuteront plus avant d’être modifiées : {exports}.",
    ),
    "apply_confirm": ("Apply these changes?", "Appliquer ces modifications ?"),
    "apply_declined": ("Nothing was applied.", "Rien n’a été appliqué."),
    "apply_done": (
        "Applied. The data is read with the next refresh.",
        "Appliqué. Les données seront lues lors de la prochaine actualisation.",
    ),
}
