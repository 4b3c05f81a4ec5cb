"""What the starter file says to the person who completes it, English and French. Text only; `{…}` are names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a person still has to do, by the key of its text, with the names in it."""

    key: str
    values: Mapping[str, str]


ENGLISH: Words = {
    "what": "Segue: which people, in which segments, reach which Mailchimp audience.",
    "commands": "`segue check` reads this file; `segue plan` shows what a run would do; nothing is sent before `segue run`.",
    "nothing_found": "No data was found here: take the signs # away and name your own files, tables and columns.",
    "reference": "The reference is docs/reference/configuration.md.",
    "zone": 'for "within the last N days" and for timestamps without a zone',
    "home": "folder for snapshots, the ledger and reports",
    "unique": "unique for each person",
    "one_key": "of several rows with one key",
    "related_none": "tables with many rows per person: orders, visits, …",
    "related": "many rows per person, found by the profile's key",
    "everybody": "Everybody",
    "example": "Example",
    "key_elsewhere": "the name of a variable, never the key itself",
    "sandbox": "to try everything on `segue sandbox --port 8765` first",
    "exports": "Take the signs # away when you know the audience ID and the consent.",
    "blanks": "leave what Mailchimp holds; clear: empty it",
    "one_address": "of several people with one address",
    "attested_by": "Name, role",
    "statement": "All have asked for it.",
    "pending": "Mailchimp asks new people to confirm first",
}

FRENCH: Words = {
    "what": "Segue : quelles personnes, dans quels segments, vont dans quelle audience Mailchimp.",
    "commands": "`segue check` lit ce fichier ; `segue plan` montre ce que ferait une exécution ; rien n’est envoyé avant `segue run`.",
    "nothing_found": "Aucune donnée n’a été trouvée ici : retirez les # et indiquez vos propres fichiers, tables et colonnes.",
    "reference": "La référence est docs/reference/configuration.md (en anglais).",
    "zone": "pour « dans les N derniers jours » et pour les dates avec heure sans fuseau",
    "home": "dossier des relevés, du registre et des rapports",
    "unique": "unique pour chaque personne",
    "one_key": "de plusieurs lignes de même clé",
    "related_none": "tables à plusieurs lignes par personne : commandes, visites, …",
    "related": "plusieurs lignes par personne, trouvées par la clé du profil",
    "everybody": "Tout le monde",
    "example": "Exemple",
    "key_elsewhere": "le nom d’une variable, jamais la clé elle-même",
    "sandbox": "pour tout essayer d’abord avec `segue sandbox --port 8765`",
    "exports": "Retirez les # quand vous connaissez l’ID d’audience et le consentement.",
    "blanks": "laisse ce que Mailchimp contient ; clear : l’efface",
    "one_address": "de plusieurs personnes de même adresse",
    "attested_by": "Nom, fonction",
    "statement": "Toutes l’ont demandé.",
    "pending": "Mailchimp demande d’abord aux nouvelles personnes de confirmer",
}
