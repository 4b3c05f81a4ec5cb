"""The eight steps by which a contributor sets up an export, in the request's words and order."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an export is to be."""

    name: str
    connection: str
    audience_id: str
    audience_name: str
    segments: tuple[str, ...]


def export(bob: Visitor, wanted: Wanted) -> None:
    """Do all eight steps."""
    open_exports(bob)
    pane = add_destination(bob)
    choose_connection(bob, pane, wanted)
    name_audience(bob, pane, wanted)
    match_email(bob, pane)
    add_names(bob, pane)
    choose_segments(bob, pane, wanted)
    save(bob, pane, wanted)


def open_exports(bob: Visitor) -> None:
    """1. Accédez à Données > Exportations."""
    bob.go_to(bob.seed("Data"), bob.seed("Exports"))
    bob.look()


def add_destination(bob: Visitor) -> Locator:
    """2. Pour créer une nouvelle exportation, sélectionnez Ajouter une destination."""
    title = bob.seed("Add destination")
    bob.press(title)
    return bob.pane(title)


def choose_connection(bob: Visitor, pane: Locator, wanted: Wanted) -> None:
    """3. Dans le champ Connexion pour l’exportation, choisissez une connexion dans la section Mailchimp."""
    choice = field(pane, bob.seed("Connection for export"))
    section = choice.locator("optgroup[label=Mailchimp] option")
    expect(section).to_have_text([wanted.connection])
    choice.select_option(label=wanted.connection)
    field(pane, bob.say("Display name")).fill(wanted.name)


def name_audience(bob: Visitor, pane: Locator, wanted: Wanted) -> None:
    """4. Entrez votre ID d’audience Mailchimp."""
    audience = field(pane, bob.seed("Mailchimp audience ID"))
    audience.fill(wanted.audience_id)
    audience.press("Tab")
    expect(pane.locator(".note-success strong")).to_have_text(wanted.audience_name)


def match_email(bob: Visitor, pane: Locator) -> None:
    """5. Dans la section Correspondance des données, dans le champ E-mail, sélectionnez le champ de l’adresse e-mail."""
    section = pane.get_by_role("region", name=bob.seed("Data matching"), exact=True)
    field(section, bob.seed("Email")).select_option(label="E-mail address")


def add_names(bob: Visitor, pane: Locator) -> None:
    """6. Vous pouvez exporter le Prénom et le Nom : sélectionnez Ajouter un attribut pour mapper ces champs."""
    names = {bob.seed("First name"): "first name", bob.seed("Last name"): "last name"}
    add = bob.seed("Add attribute")
    for name, attribute in names.items():
        pane.get_by_text(add, exact=True).click()
        pane.locator(".menu-sheet").get_by_text(name, exact=True).click()
        chosen = pane.get_by_role("combobox", name=name, exact=True)
        expect(chosen).to_be_focused()
        chosen.select_option(label=attribute)
    expect(pane.locator(".sample").first).to_be_visible()


def choose_segments(bob: Visitor, pane: Locator, wanted: Wanted) -> None:
    """7. Sélectionnez les segments que vous souhaitez exporter: jusqu’à 1 million de profils clients au total."""
    section = pane.get_by_role("region", name=bob.say("Segments"), exact=True)
    for segment in wanted.segments:
        section.get_by_role("checkbox", name=segment, exact=True).check()
    field(pane, bob.say("Attribute that must be true")).select_option(
        label="Agreed to the newsletter"
    )
    if not bob.has_scripts:
        bob.press(bob.say("Count the contacts"), within=section)
    million = "1,000,000" if bob.words.language == "en" else "1 000 000"
    expect(section.locator(".limit")).to_contain_text(million)
    bob.look()


def save(bob: Visitor, pane: Locator, wanted: Wanted) -> None:
    """8. Sélectionnez Enregistrer. L’enregistrement d’une exportation n’exécute pas l’exportation immédiatement."""
    bob.press(bob.seed("Save"), within=pane)
    bob.says(bob.say("“%(name)s” is saved.", name=wanted.name))
    bob.says(bob.say("Saving doesn’t run the export."))
    bob.says(bob.say("It runs with every scheduled refresh; you can also run it on demand."))
    bob.look()
