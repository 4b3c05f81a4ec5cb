"""The nine steps by which an administrator sets up a connection to Mailchimp, in the request's words and order."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.beginning import PASSWORD
from tests.browser.visitor import Visitor, field

ACCOUNT = "Segue Sandbox"


def connect(alice: Visitor, *, name: str) -> None:
    """Do all nine steps; contributors may use the connection."""
    open_connections(alice)
    pane = choose_mailchimp(alice)
    name_it(alice, pane, name)
    share_with_contributors(alice, pane)
    agree(alice, pane)
    begin(alice, pane)
    authenticate(alice)
    back = alice.page.locator("#pane")  # Mailchimp leads back into the pane that it was left from
    add_export_user(alice, back)
    save(alice, back, name)


def open_connections(alice: Visitor) -> None:
    """1. Accédez à Administrateur > Connexions."""
    alice.go_to(alice.seed("Administrator"), alice.seed("Connections"))
    alice.look()


def choose_mailchimp(alice: Visitor) -> Locator:
    """2. Sélectionnez Ajouter une connexion et choisissez Mailchimp pour configurer la connexion."""
    title = alice.seed("Add connection")
    alice.press(title)
    pane = alice.pane(title)
    pane.get_by_role("radio", name=alice.seed("Mailchimp"), exact=True).check()
    return pane


def name_it(alice: Visitor, pane: Locator, name: str) -> None:
    """3. Donnez à votre connexion un nom reconnaissable dans le champ Nom d’affichage."""
    field(pane, alice.seed("Display name")).fill(name)


def share_with_contributors(alice: Visitor, pane: Locator) -> None:
    """4. Choisissez qui peut utiliser cette connexion. Si vous n’effectuez aucune action, ce sont les Administrateurs."""
    who = pane.get_by_role(
        "group", name=alice.say("Choose who can use this connection"), exact=True
    )
    expect(who.get_by_label(alice.say("Administrators"), exact=True)).to_be_checked()
    contributors = who.get_by_label(alice.say("Contributors"), exact=True)
    expect(contributors).not_to_be_checked()
    contributors.check()


def agree(alice: Visitor, pane: Locator) -> None:
    """5. Sélectionnez J’accepte de confirmer la Confidentialité et conformité des données."""
    agreed = pane.get_by_label(alice.seed("I agree"), exact=True)
    title = alice.seed("Data privacy and compliance")
    expect(pane.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(
        pane.get_by_role("region", name=title, exact=True).get_by_role("paragraph")
    ).to_have_count(4)
    expect(agreed).not_to_be_checked()
    agreed.check()
    alice.look()


def begin(alice: Visitor, pane: Locator) -> None:
    """6. Sélectionnez Connecter pour initialiser la connexion à Mailchimp."""
    # The pane is named after the connection from here on.
    label = alice.say("Authenticate with Mailchimp")
    next_step = alice.page.locator("#pane").get_by_role("button", name=label, exact=True)
    expect(next_step).to_be_disabled()
    alice.press(alice.seed("Connect"), within=pane)
    expect(next_step).to_be_enabled()
    alice.look()


def authenticate(alice: Visitor) -> None:
    """7. Sélectionnez S’authentifier avec Mailchimp et fournissez vos informations d’identification Mailchimp."""
    alice.press(alice.seed("Authenticate with Mailchimp"), within=alice.page.locator("#pane"))
    alice.page.get_by_role("button", name="Allow").click()
    alice.says(alice.say("Authenticated with Mailchimp as “%(account)s”.", account=ACCOUNT))
    alice.look()


def add_export_user(alice: Visitor, place: Locator) -> None:
    """8. Sélectionnez Vous ajouter en tant qu’utilisateur à exporter et fournissez vos informations d’identification."""
    field(place, alice.say("Your Segue password")).fill(PASSWORD)
    alice.press(alice.seed("Add yourself as export user"), within=place)
    expect(place.get_by_role("button", name=alice.say("Save"), exact=True)).to_be_enabled()
    alice.look()


def save(alice: Visitor, place: Locator, name: str) -> None:
    """9. Sélectionnez Enregistrer pour terminer la connexion."""
    alice.press(alice.seed("Save"), within=place)
    alice.says(
        alice.say(
            "“%(name)s” is saved. Contributors and administrators can now choose it under Data › Exports, and manage "
            "every export on it.",
            name=name,
        )
    )
    expect(alice.row(name)).to_contain_text(alice.say("Healthy"))
    alice.look()
