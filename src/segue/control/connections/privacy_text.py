"""The text on data privacy and compliance that a connection asks to agree to. A changed text gets a new version."""

from __future__ import annotations

from segue.core.french import spaced

VERSION = "2026-11"

_ENGLISH = (
    "When you turn on this connection, you allow data to be transferred to Mailchimp, outside of the compliance "
    "boundary of this installation of Segue. It may be sensitive data, such as personal data of your customers.",
    "Segue transfers this data at your instruction. You are responsible for making sure that Mailchimp meets any "
    "privacy and security obligations that you have.",
    "An administrator can remove this connection at any time; all transfers through it then stop at once.",
)
_FRENCH = (
    "En activant cette connexion, vous autorisez le transfert de données vers Mailchimp, en dehors de la limite de "
    "conformité de cette installation de Segue. Il peut s’agir de données sensibles, telles que des données "
    "personnelles de vos clients.",
    "Segue transfère ces données selon vos instructions. Vous êtes tenu de vous assurer que Mailchimp respecte les "
    "obligations de confidentialité et de sécurité qui vous incombent.",
    "Un administrateur peut supprimer cette connexion à tout moment ; tous les transferts par elle s’arrêtent alors "
    "immédiatement.",
)


def paragraphs(language: str) -> tuple[str, ...]:
    """Return the text in a language, paragraph by paragraph."""
    return tuple(map(spaced, _FRENCH)) if language.startswith("fr") else _ENGLISH
