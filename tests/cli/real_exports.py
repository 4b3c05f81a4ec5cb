"""Exports as shops, offices and services write them, made small: the file, and what must come of it. No reading here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import openpyxl


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file; the people in it by address, with their first names; what `profiles` must report; what `init` must say."""

    file: str
    content: bytes
    people: Mapping[str, str | None]
    reported: tuple[str, ...] = ()
    settings: str = ""
    told: tuple[str, ...] = field(default=())


ANA, BOB = "ana@shop.example", "bob@shop.example"


def _text(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


SHOPIFY_CUSTOMERS = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Phone,Total Spent,Total Orders,Note,Tax Exempt,Tags
'7001,Ana,Lee,ana@shop.example,yes,"Lee, Sons & Co.","12 Main St
Apt 4",'+33600000001,149.90,3,"Called ""twice"",
likes tea",no,"vip, newsletter"
'7002,Bob,Núñez,bob@shop.example,no,,,'+33600000002,0.00,0,,no,
"""

SHOPIFY_ORDERS = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Accepts Marketing,Currency,Subtotal,Total,Lineitem quantity,Lineitem name,Billing Name,Note Attributes
#1001,ana@shop.example,paid,2026-11-20 23:30:00 -0500,fulfilled,yes,EUR,20.00,25.00,1,"Tea, green",Ana Lee,"gift: yes
wrap: red"
#1001,ana@shop.example,,,,,,,,2,Cup 5",,
#1002,bob@shop.example,paid,2026-11-21 08:00:00 -0500,fulfilled,no,EUR,5.00,5.00,1,Spoon,Bob Núñez,
"""

SALESFORCE = """\
"Contact ID","First Name","Last Name","Email","Email Opt Out"
"0031","Ana","Lee","ana@shop.example","0"
"0032","Bob","Núñez","bob@shop.example","1"


"Contacts with addresses"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"Confidential Information - Do Not Distribute"
"""

MAILCHIMP = '''\
Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID,EUID,NOTES,TAGS
ana@shop.example,Ana,Lee,2,"2026-01-05 10:00:00","2026-01-05 10:01:00",501,a1,,"""vip"",""news"""
bob@shop.example,Bob,Núñez,1,,"2026-02-01 09:00:00",502,b2,,
'''

FORMS = """\
Horodateur,Adresse e-mail,Prénom,"Acceptez-vous de recevoir nos nouvelles ?
(vous pouvez changer d'avis)",Commentaire
2026/01/05 10:00:00 AM UTC+1,ana@shop.example,Ana,Oui,"Merci,
à bientôt !"
2026/01/06 11:00:00 AM UTC+1,bob@shop.example,Bob,Non,
"""

EVENTBRITE = """\
Order #,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Order Type,Total Paid,Attendee Status,
1001,2026-01-05 10:00:00,Ana,Lee,ana@shop.example,1,"Early bird, 15"" poster",Eventbrite Completed,20.00,Attending,
1002,2026-01-06 10:00:00,Bob,Núñez,bob@shop.example,2,Standard,Eventbrite Completed,50.00,Attending,
"""

SQUARE = """\
Reference ID,First Name,Last Name,Email Address,Phone Number,Birthday,Memo,Square Customer ID,Creation Source,First Visit,Transaction Count,Lifetime Spend,Email Subscription Status
,Ana,Lee,ana@shop.example,'+15550101,--05-12,,SQ1,Third Party,2026-01-05,3,$45.00,subscribed
,Bob,Núñez,bob@shop.example,,,"Tall,
friendly",SQ2,Directory,2026-02-01,1,"$1,234.50",unsubscribed
"""

STRIPE = """\
id,Description,Email,Name,Created (UTC),Delinquent,Total Spend,Refunded Volume,plan (metadata)
cus_Aa1,,ana@shop.example,Ana Lee,2026-01-05 10:00,false,149.90,0.00,gold
cus_Bb2,,bob@shop.example,Bob Núñez,2026-02-01 09:30,false,0.00,0.00,
"""

HUBSPOT = """\
"Record ID","First Name","Last Name","Email","Phone Number","Contact owner","Lead Status","Marketing contact status","Create Date","Associated Company"
"501","Ana","Lee","ana@shop.example","","","","Marketing contact","2026-01-05 10:00","Lee; Sons"
"502","Bob","Núñez","bob@shop.example","","","","Non-marketing contact","2026-02-01 09:30",""
"""

WOOCOMMERCE = """\
user_id;user_login;user_email;billing_first_name;billing_last_name;billing_country;orders;total_spent;is_subscribed
1;ana;ana@shop.example;Ana;Lee;FR;3;149.90;1
2;bob;bob@shop.example;Bob;Núñez;ES;0;0.00;0
"""

SAGE = """\
Code client;Intitulé;Prénom;E-mail;Encours;Crédit autorisé;
C001;Lefèvre;Zoé;ana@shop.example;1 234,50;5 000,00;
C002;L’Hôpital;Noël;bob@shop.example;0,00;0,00;
"""

EXCEL_FR = """\
Numéro;Prénom;Nom;Courriel;Date d'inscription;Montant;Opt-in
1;Zoé;Lefèvre;ana@shop.example;05/01/2026;12,50;oui
2;Noël;Côté;bob@shop.example;31/12/2025;1250,00;non
;;;;;;
"""

EXCEL_DE = """\
Kundennummer;Vorname;Nachname;E-Mail;Geburtsdatum;Umsatz;Newsletter
4711;Jürgen;Groß;ana@shop.example;05.12.1980;1.234,56;ja
4712;Änne;Österle;bob@shop.example;31.01.1990;12,00;nein
"""

EXCEL_EN = """\
Customers,,,,
,,,,
ID,First name,Last name,Email,Joined
1,Ana,Lee,ana@shop.example,5-Jan-26
2,Bob,Núñez,bob@shop.example,31-Dec-25
,,,,
"""

PAYPAL = """\
"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address","Transaction ID"
"01/05/2026","10:00:00","PST","Ana Lee","Website Payment","Completed","EUR","1,234.50","-3.20","1,231.30","ana@shop.example","TX1"
"01/06/2026","11:00:00","PST","Bob Núñez","Website Payment","Completed","EUR","5.00","-0.50","4.50","bob@shop.example","TX2"
"""

BREVO = """\
CONTACT ID;EMAIL;PRENOM;NOM;SMS;OPT_IN;ADDED_TIME
11;ana@shop.example;Ana;Lee;;Oui;05-01-2026 10:00:00
12;bob@shop.example;Bob;Núñez;33600000002;Non;31-12-2025 09:00:00
"""

AIRTABLE = '''\
\ufeffName,Email,Status,Notes,Linked
Ana,ana@shop.example,Active,"Line one

Line three, with ""quotes""","Lee, Co"
Bob,bob@shop.example,,,
'''

BACKSLASHES = """\
id,first_name,email
1,"Ana \\"Nina\\" Lee",ana@shop.example
2,Bob,bob@shop.example
"""

BEST_SHOP = """\
id,company,first_name,email
1,"The "Best" Shop",Ana,ana@shop.example
2,Corner,Bob,bob@shop.example
"""

STRIPE_JSON = """\
{"object": "list", "url": "/v1/customers", "has_more": false, "data": [
  {"id": "cus_Aa1", "email": "ana@shop.example", "name": "Ana", "created": 1767607200, "address": {"city": "Lyon"}},
  {"id": "cus_Bb2", "email": "bob@shop.example", "name": "Bob", "created": 1769936400, "address": null}
]}
"""

HUBSPOT_JSON = """\
{
  "results": [
    {"id": "501", "properties": {"email": "ana@shop.example", "firstname": "Ana", "hs_object_id": "501"}, "archived": false},
    {"id": "502", "properties": {"email": "bob@shop.example", "firstname": "Bob", "hs_object_id": "502"}, "archived": false}
  ],
  "paging": {"next": {"after": "503"}}
}
"""


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Adhérents 2026"])
    sheet.append([])
    sheet.append(["N°", "Prénom", "Nom", "Courriel", "Né le", "Cotisation", "À jour"])
    sheet.append([1, "Zoé", "Lefèvre", ANA, date(1980, 5, 12), 12.5, True])
    sheet.append([2, "Noël", "Côté", BOB, date(1990, 1, 31), "#N/A", False])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


BOTH = {ANA: "Ana", BOB: "Bob"}
NAMELESS: dict[str, str | None] = {ANA: None, BOB: None}
FRENCH = {ANA: "Zoé", BOB: "Noël"}
GERMAN = {ANA: "Jürgen", BOB: "Änne"}

EXPORTS: dict[str, Export] = {
    "Shopify, customers": Export(
        file="customers_export.csv", content=_text(SHOPIFY_CUSTOMERS), people=BOTH
    ),
    "Shopify, orders": Export(
        file="orders_export_1.csv", content=_text(SHOPIFY_ORDERS), people=NAMELESS,
        reported=("key_repeated",),
    ),
    "Shopify, written again by a program that escapes no quotes": Export(
        file="customers.csv", content=_text(BEST_SHOP), people={BOB: "Bob"}, reported=("row_quotes_unsound",)
    ),
    "WooCommerce, customers with a byte order mark": Export(
        file="wc-customers.csv", content=_text(WOOCOMMERCE, "utf-8-sig"), people=BOTH
    ),
    "Stripe, customers": Export(file="unified_customers.csv", content=_text(STRIPE), people=NAMELESS),
    "Stripe, answer of the API": Export(
        file="stripe.json", content=_text(STRIPE_JSON), people=NAMELESS, settings="records: data"
    ),
    "HubSpot, contacts": Export(file="hubspot-crm-exports.csv", content=_text(HUBSPOT), people=BOTH),
    "HubSpot, answer of the API": Export(
        file="contacts.json", content=_text(HUBSPOT_JSON), people=BOTH, settings="records: results"
    ),
    "Salesforce, a report with its footer": Export(
        file="report1767607.csv", content=_text(SALESFORCE, "cp1252"), people=BOTH, reported=("row_ragged", "row_blank"),
        told=("windows-1252",),
    ),
    "Square, customers": Export(file="square-export.csv", content=_text(SQUARE), people=BOTH),
    "Eventbrite, attendees with a comma at every end": Export(
        file="attendees.csv", content=_text(EVENTBRITE, "utf-8-sig"), people=BOTH
    ),
    "Sage, clients": Export(
        file="clients.txt", content=_text(SAGE, "cp1252"), people=FRENCH, told=("windows-1252",)
    ),
    "Excel in French": Export(
        file="contacts.csv", content=_text(EXCEL_FR, "cp1252"), people=FRENCH, reported=("row_blank",),
        told=("windows-1252",),
    ),
    "Excel in French, with the line that names the separator": Export(
        file="contacts.csv", content=_text("sep=;\r\n" + EXCEL_FR.replace("\n", "\r\n"), "cp1252"), people=FRENCH,
        reported=("row_blank",), told=("windows-1252",),
    ),
    "Excel in German": Export(
        file="Kunden.csv", content=_text(EXCEL_DE, "cp1252"), people=GERMAN, told=("windows-1252",)
    ),
    "Excel in German, as MS-DOS": Export(
        file="Kunden.csv", content=_text(EXCEL_DE, "cp850"), people=GERMAN, settings="encoding: cp850", told=("cp850",)
    ),
    "Excel on an old Macintosh": Export(
        file="Kunden.csv", content=_text(EXCEL_DE.replace("\n", "\r"), "mac-roman"), people=GERMAN,
        settings="encoding: mac-roman", told=("mac-roman",),
    ),
    "Excel as Unicode text": Export(
        file="Kunden.txt", content=_text(EXCEL_DE.replace(";", "\t").replace("\n", "\r\n"), "utf-16"), people=GERMAN,
        told=("utf-16",),
    ),
    "Excel in English, with a title and blank rows": Export(
        file="customers.csv", content=_text(EXCEL_EN, "utf-8-sig"), people=BOTH, settings="skip_rows: 2",
        reported=("row_blank",),
    ),
    "Excel workbook in French, with a title": Export(
        file="adherents.xlsx", content=_workbook(), people=FRENCH, settings="skip_rows: 2",
        reported=("cell_error",),
    ),
    "Google Forms, with a question over two lines": Export(
        file="reponses.csv", content=_text(FORMS), people=BOTH
    ),
    "Mailchimp, its own export": Export(file="subscribed_members.csv", content=_text(MAILCHIMP), people=BOTH),
    "PayPal, payments": Export(file="Download.CSV", content=_text(PAYPAL, "utf-8-sig"), people=NAMELESS),
    "Brevo, contacts": Export(file="brevo.csv", content=_text(BREVO), people=BOTH),
    "Airtable, notes over several lines": Export(file="table.csv", content=_text(AIRTABLE), people=NAMELESS),
    "a database that escapes quotes with backslashes": Export(
        file="users.csv", content=_text(BACKSLASHES), people={BOB: "Bob"}, reported=("row_quotes_unsound",)
    ),
}  # fmt: skip
"""Every export by its name. `people` of those without a column for first names have none."""
