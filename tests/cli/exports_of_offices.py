"""Exports of spreadsheets and of programs for accounts, made small: the files, and what must come of them. No reading here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from tests.cli.known_exports import KnownExport

EXCEL_FR_WORDS = """\
Code;Prénom;Nom;Courriel;Code postal;Né(e) le;Solde;Adhérent;Tél.
A1;Zoé;Lefèvre;ana@shop.example;01000;12/05/80;1 234,50 €;VRAI;06 39 98 00 01
A2;Noël;Côté;bob@shop.example;41001;31/01/90;-12,00 €;FAUX;
;;;;;;1 222,50 €;;
"""

EXCEL_FR_LOST_ZERO = """\
Numéro;Prénom;Courriel;Code postal;Téléphone;Dernier achat
1;Zoé;ana@shop.example;1000;639980001;20/11/2026 23:30
2;Noël;bob@shop.example;41001;3,36400E+10;21/11/2026 08:00
"""

EXCEL_FR_TOTALS = """\
Liste des clients;;;;
Édité le 20/11/2026;;;;
;;;;
N° client;Prénom;Nom;Courriel;CA HT
C001;Zoé;Lefèvre;ana@shop.example;1 234,50
C002;Noël;Côté;bob@shop.example;12,00
Total;;;;1 246,50
"""

EXCEL_EN_MONEY = """\
ID,First name,Email,Joined,Balance,Paid,Share
1,Ana,ana@shop.example,1/5/2026," $1,234.50 ",TRUE,12.5%
2,Bob,bob@shop.example,12/31/2025, $(12.00),FALSE,0%
3,Cyd,cyd@shop.example,2/1/2026, $-   ,TRUE,100%
"""

EXCEL_EN_AMBIGUOUS = """\
ID,First name,Email,Joined,Amount
1,Ana,ana@shop.example,01/05/2026,"1,234"
2,Bob,bob@shop.example,02/01/2026,"2,500"
"""

EXCEL_EN_MONTHS = """\
ID,First name,Email,Joined,Seen
1,Ana,ana@shop.example,5-Jan-26,20-Nov-2026 23:30
2,Bob,bob@shop.example,31-Dec-25,21-Nov-2026 08:00
"""

EXCEL_DE_WORDS = """\
Kd-Nr.;Vorname;Nachname;E-Mail;PLZ;Geb.-Datum;Umsatz 2025;Werbung erlaubt;Letzter Kauf
4711;Jürgen;Groß;ana@shop.example;01067;12.05.80;1.234,56 €;WAHR;20.11.2026 23:30
4712;Änne;Österle;bob@shop.example;80331;31.01.90;-12,00 €;FALSCH;21.11.2026 08:00
"""

EXCEL_CH = """\
Nr;Vorname;Nachname;E-Mail;Umsatz;Eintritt
1;Jürgen;Gross;ana@shop.example;CHF 1'234.50;05.01.2026
2;Änne;Österle;bob@shop.example;CHF 12.00;31.12.2025
"""

LIBREOFFICE = """\
'N°'|'Prénom'|'Courriel'|'Note'
'1'|'Zoé'|'ana@shop.example'|'aime l''eau | le thé'
'2'|'Noël'|'bob@shop.example'|''
"""

SAGE_UK = """\
"Account Reference","Account Name","Contact Name","E-Mail","Telephone","Balance","Credit Limit","Account Opened","Inactive Flag"
"LEE001","Lee & Sons","Ana","ana@shop.example","020 7946 0001","1,234.50","5,000.00","05/01/2026","No"
"NUN001","Núñez Ltd","Bob","bob@shop.example","020 7946 0002","-12.00","0.00","31/12/2025","No"
"""

EBP = """\
Code (tiers);Civilité;Nom;Prénom;Adresse e-mail;Code postal;Solde comptable;Date de création;Actif;Accepte les e-mailings
CL00001;Madame;Lefèvre;Zoé;ana@shop.example;01000;1234,50;05/01/2026;Oui;Oui
CL00002;Monsieur;Côté;Noël;bob@shop.example;41001;-12,00;31/12/2025;Oui;Non
"""

CEGID = """\
Tiers;Libellé;Prénom;E-mail;Téléphone;Mode de règlement;Encours;Date création
0000000001;LEFEVRE ; Zoé ; ana@shop.example ;0639980001;CB;       1234,50;05/01/2026
0000000002;COTE ; Noël ; bob@shop.example ;;CHQ;         12,00-;31/12/2025
"""

DATEV = """\
"EXTF";700;16;"Debitoren/Kreditoren";5;20261120233000000;"";"RE";"";"";29098;55003;20260101;4;"";"";"";"";"";"";"";"";"";"";"";"";"";"";"";"";""
Konto;Name (Adressattyp Unternehmen);Unternehmensgegenstand;Name (Adressattyp natürl. Person);Vorname (Adressattyp natürl. Person);E-Mail;Postleitzahl
10001;"";"";"Groß";"Jürgen";"ana@shop.example";"01067"
10002;"";"";"Österle";"Änne";"bob@shop.example";"80331"
"""

LEXWARE = """\
Kundennummer;Matchcode;Anrede;Vorname;Name;E-Mail;Telefon;Zahlungsziel;Offene Posten;Erstellt am
10001;GROSS;Herr;Jürgen;Groß;ana@shop.example;0351/123456;14;1.234,56;05.01.2026
10002;OESTERLE;Frau;Änne;Österle;bob@shop.example;;30;0,00;31.12.2025
"""

SAP_LIST = """\
20.11.2026                 Debitorenliste                    1
--------------------------------------------------------------
|Kunde     |Vorname |E-Mail          |Saldo      |Angelegt   |
--------------------------------------------------------------
|0000010001|Jürgen  |ana@shop.example|  1.234,56 |05.01.2026 |
|0000010002|Änne    |bob@shop.example|     12,00-|31.12.2025 |
|0000010003|Özlem   |cyd@shop.example|  1.000,00 |01.02.2026 |
--------------------------------------------------------------
"""

SAP_SPREADSHEET = """\
Kunde\tVorname\tE-Mail\tSaldo HW\tAngelegt am\tLÖVM
10001\tJürgen\tana@shop.example\t1.234,56 \t05.01.2026\t
10002\tÄnne\tbob@shop.example\t12,00-\t31.12.2025\tX
"""

QUICKBOOKS = """\
Customer Contact List,,,,
Tea & Co,,,,
"As of November 20, 2026",,,,
,,,,
Customer,Phone,Email,Billing Address,Open Balance
Ana Lee,0639980001,ana@shop.example,"12 Main St, Lyon","1,234.50"
Bob Nunez,,bob@shop.example,,-12.00
,,,,
"Friday, Nov 20, 2026 11:30:00 PM GMT+1",,,,
"""


def workbook(*lines: Sequence[Any], titles: Sequence[str] = ("Sheet1",)) -> bytes:
    """Return a workbook with the lines in its first sheet; further sheets of `titles` stay blank."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = titles[0]
    for line in lines:
        sheet.append(list(line))
    for title in titles[1:]:
        book.create_sheet(title)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


EXCEL_DE_BOOK = workbook(
    ["Kundennr.", "Vorname", "E-Mail", "Geburtstag", "Umsatz", "Newsletter", "Letzter Kauf"],
    [4711, "Jürgen", "ana@shop.example", date(1980, 5, 12), 1234.56, True, datetime(2026, 11, 20, 23, 30)],
    [4712, "Änne", "bob@shop.example", None, -12, False, datetime(2026, 11, 21, 8, 0)],
    titles=("Kunden", "Tabelle2", "Tabelle3"),
)  # fmt: skip

EXCEL_TEXT_NUMBERS = workbook(
    ["Code client", "Prénom", "Courriel", "Code postal", "Téléphone", "Solde", "Inscrit le"],
    ["0001", "Zoé", "ana@shop.example", "01000", "0639980001", "1 234,50", "12/05/2026"],
    ["0002", "Noël", "bob@shop.example", "41001", "0639980002", "12,00", "31/01/2026"],
)

MICROSOFT_FORMS = workbook(
    ["ID", "Start time", "Completion time", "Email", "Name", "Votre prénom", "Votre adresse e-mail", "Vos thés"],
    [1, datetime(2026, 11, 20, 23, 29), datetime(2026, 11, 20, 23, 30), "anonymous", None, "Zoé", "ana@shop.example", "Vert;Noir;"],
    [2, datetime(2026, 11, 21, 7, 59), datetime(2026, 11, 21, 8, 0), "anonymous", None, "Noël", "bob@shop.example", "Vert;"],
)  # fmt: skip

SALESFORCE_BOOK = workbook(
    ["Contacts with addresses"],
    ["As of 2026-11-20 23:30:00 Central European Standard Time"],
    [],
    ["First Name", "Last Name", "Email", "Email Opt Out", "Created Date"],
    ["Ana", "Lee", "ana@shop.example", False, date(2026, 1, 5)],
    ["Bob", "Núñez", "bob@shop.example", True, date(2025, 12, 31)],
    ["Total", "Count", 2],
    [],
    ["Confidential Information - Do Not Distribute"],
)

OFFICES: dict[str, KnownExport] = {
    "Excel in French, VRAI and FAUX and a sum without a name": KnownExport(
        file="clients.csv", content=EXCEL_FR_WORDS.encode("cp1252"),
        attributes="courriel code first_name last_name code_postal ne_e_le solde adherent tel",
        people=[
            ("ana@shop.example", "A1", "Zoé", "Lefèvre", "01000", "1980-05-12", "1234.50", "true", "06 39 98 00 01"),
            ("bob@shop.example", "A2", "Noël", "Côté", "41001", "1990-01-31", "-12.00", "false", None),
        ],
        reported={"key_missing": 1, "missing": 1},
        told=("clients.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Excel in French, numbers that lost their zeros": KnownExport(
        file="clients.csv", content=EXCEL_FR_LOST_ZERO.encode("cp1252"),
        attributes="courriel numero first_name code_postal phone dernier_achat",
        people=[
            ("ana@shop.example", "1", "Zoé", "1000", "639980001", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "2", "Noël", "41001", "3,36400E+10", "2026-11-21 08:00:00+01:00"),
        ],
        told=("clients.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Excel in French, titles above and a total below": KnownExport(
        file="clients.csv", content=EXCEL_FR_TOTALS.encode("cp1252"),
        attributes="courriel n_client first_name last_name ca_ht",
        people=[
            ("ana@shop.example", "C001", "Zoé", "Lefèvre", "1234.50"),
            ("bob@shop.example", "C002", "Noël", "Côté", "12.00"),
        ],
        reported={"key_missing": 1, "missing": 1},
        settings=("skip_rows: 3",),
        told=("clients.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Excel in English, amounts as accountants write them": KnownExport(
        file="customers.csv", content=EXCEL_EN_MONEY.encode(),
        attributes="email first_name joined balance paid share",
        people=[
            ("ana@shop.example", "Ana", "2026-01-05", "$1,234.50", "true", "12.50"),
            ("bob@shop.example", "Bob", "2025-12-31", "$(12.00)", "false", "0.00"),
            ("cyd@shop.example", "Cyd", "2026-02-01", "$-", "true", "100.00"),
        ],
    ),
    "Excel in English, days and amounts that may be read in two ways": KnownExport(
        file="customers.csv", content=EXCEL_EN_AMBIGUOUS.encode(),
        attributes="email first_name joined amount",
        people=[
            ("ana@shop.example", "Ana", "01/05/2026", "1,234"),
            ("bob@shop.example", "Bob", "02/01/2026", "2,500"),
        ],
        told=("Declare how `Joined` of `customers` is written: its values do not tell the day from the month, so it stays a text.", "Declare how `Amount` of `customers` is written: its values do not tell the decimal mark from the thousands mark, so it stays a text.",),
    ),
    "Excel in English, months in words": KnownExport(
        file="customers.csv", content=EXCEL_EN_MONTHS.encode(),
        attributes="email first_name joined seen",
        people=[
            ("ana@shop.example", "Ana", "2026-01-05", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "Bob", "2025-12-31", "2026-11-21 08:00:00+01:00"),
        ],
    ),
    "Excel in German, WAHR and FALSCH": KnownExport(
        file="Kunden.csv", content=EXCEL_DE_WORDS.encode("cp1252"),
        attributes="email kd_nr first_name last_name plz geb_datum umsatz_2025 werbung_erlaubt letzter_kauf",
        people=[
            ("ana@shop.example", "4711", "Jürgen", "Groß", "01067", "1980-05-12", "1234.56", "true", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "4712", "Änne", "Österle", "80331", "1990-01-31", "-12.00", "false", "2026-11-21 08:00:00+01:00"),
        ],
        told=("Kunden.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Excel of Switzerland": KnownExport(
        file="Kunden.csv", content=EXCEL_CH.encode("cp1252"),
        attributes="email nr first_name last_name umsatz eintritt",
        people=[
            ("ana@shop.example", "1", "Jürgen", "Gross", "1234.50", "2026-01-05"),
            ("bob@shop.example", "2", "Änne", "Österle", "12.00", "2025-12-31"),
        ],
        told=("Kunden.csv is read as windows-1252: look at some names with accents.",),
    ),
    "LibreOffice, with bars and single quotes": KnownExport(
        file="contacts.csv", content=LIBREOFFICE.encode(),
        attributes="courriel n first_name note",
        people=[
            ("ana@shop.example", "1", "Zoé", "aime l'eau | le thé"),
            ("bob@shop.example", "2", "Noël", None),
        ],
        settings=("quote: \"'\"",),
    ),
    "Sage in English, accounts": KnownExport(
        file="customers.csv", content=SAGE_UK.encode("cp1252"),
        attributes="email account_reference account_name contact_name phone balance credit_limit account_opened inactive_flag",
        people=[
            ("ana@shop.example", "LEE001", "Lee & Sons", "Ana", "020 7946 0001", "1234.50", "5000.00", "2026-01-05", "false"),
            ("bob@shop.example", "NUN001", "Núñez Ltd", "Bob", "020 7946 0002", "-12.00", "0.00", "2025-12-31", "false"),
        ],
        told=("customers.csv is read as windows-1252: look at some names with accents.",),
    ),
    "EBP, clients": KnownExport(
        file="clients.csv", content=EBP.encode("cp1252"),
        attributes="adresse_e_mail code_tiers civilite last_name first_name code_postal solde_comptable date_de_creation actif accepte_les_e_mailings",
        people=[
            ("ana@shop.example", "CL00001", "Madame", "Lefèvre", "Zoé", "01000", "1234.50", "2026-01-05", "true", "true"),
            ("bob@shop.example", "CL00002", "Monsieur", "Côté", "Noël", "41001", "-12.00", "2025-12-31", "true", "false"),
        ],
        told=("clients.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Cegid, padded columns and signs behind amounts": KnownExport(
        file="tiers.csv", content=CEGID.encode("cp1252"),
        attributes="email tiers libelle first_name phone mode_de_reglement encours date_creation",
        people=[
            ("ana@shop.example", "0000000001", "LEFEVRE", "Zoé", "0639980001", "CB", "1234.50", "2026-01-05"),
            ("bob@shop.example", "0000000002", "COTE", "Noël", None, "CHQ", "-12.00", "2025-12-31"),
        ],
        told=("tiers.csv is read as windows-1252: look at some names with accents.",),
    ),
    "DATEV, with its line of versions": KnownExport(
        file="EXTF_Debitoren.csv", content=DATEV.encode("cp1252"),
        attributes="email konto name_adressattyp_naturl_person vorname_adressattyp_naturl_person postleitzahl",
        people=[
            ("ana@shop.example", "10001", "Groß", "Jürgen", "01067"),
            ("bob@shop.example", "10002", "Österle", "Änne", "80331"),
        ],
        settings=("skip_rows: 1",),
        told=("EXTF_Debitoren.csv is read as windows-1252: look at some names with accents.",),
    ),
    "Lexware, customers": KnownExport(
        file="kunden.csv", content=LEXWARE.encode("latin-1"),
        attributes="email matchcode anrede first_name name telefon zahlungsziel offene_posten erstellt_am",
        people=[
            ("ana@shop.example", "GROSS", "Herr", "Jürgen", "Groß", "0351/123456", "14", "1234.56", "2026-01-05"),
            ("bob@shop.example", "OESTERLE", "Frau", "Änne", "Österle", None, "30", "0.00", "2025-12-31"),
        ],
        told=("kunden.csv is read as windows-1252: look at some names with accents.",),
    ),
    "SAP, a printed list in frames": KnownExport(
        file="debitoren.txt", content=SAP_LIST.encode("cp1252"),
        attributes="email kunde first_name saldo angelegt",
        people=[
            ("ana@shop.example", "0000010001", "Jürgen", "1234.56", "2026-01-05"),
            ("bob@shop.example", "0000010002", "Änne", "-12.00", "2025-12-31"),
            ("cyd@shop.example", "0000010003", "Özlem", "1000.00", "2026-02-01"),
        ],
        reported={"row_ragged": 2},
        settings=("skip_rows: 2",),
        told=("debitoren.txt is read as windows-1252: look at some names with accents.", "Columns without a name in debitoren.txt are left out: 1. Name them in the header if they are needed.",),
    ),
    "SAP, a list for spreadsheets": KnownExport(
        file="debitoren.xls.txt", content=SAP_SPREADSHEET.encode("utf-16"),
        attributes="email kunde first_name saldo_hw angelegt_am lovm",
        people=[
            ("ana@shop.example", "10001", "Jürgen", "1234.56", "2026-01-05", None),
            ("bob@shop.example", "10002", "Änne", "-12.00", "2025-12-31", "true"),
        ],
        told=("debitoren.xls.txt is read as utf-16: look at some names with accents.",),
    ),
    "QuickBooks, a report with titles and a date below": KnownExport(
        file="Customer Contact List.csv", content=QUICKBOOKS.encode(),
        attributes="email customer phone billing_address open_balance",
        people=[
            ("ana@shop.example", "Ana Lee", "0639980001", "12 Main St, Lyon", "1234.50"),
            ("bob@shop.example", "Bob Nunez", None, None, "-12.00"),
        ],
        reported={"key_missing": 1, "missing": 1, "row_blank": 1},
        settings=("skip_rows: 4",),
    ),
    "Excel workbook in German, with blank sheets": KnownExport(
        file="Kunden.xlsx", content=EXCEL_DE_BOOK,
        attributes="email kundennr first_name geburtstag umsatz newsletter letzter_kauf",
        people=[
            ("ana@shop.example", "4711", "Jürgen", "1980-05-12", "1234.56", "true", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "4712", "Änne", None, "-12.00", "false", "2026-11-21 08:00:00+01:00"),
        ],
    ),
    "Excel workbook, numbers and days kept as texts": KnownExport(
        file="clients.xlsx", content=EXCEL_TEXT_NUMBERS,
        attributes="courriel code_client first_name code_postal phone solde inscrit_le",
        people=[
            ("ana@shop.example", "0001", "Zoé", "01000", "0639980001", "1234.50", "2026-05-12"),
            ("bob@shop.example", "0002", "Noël", "41001", "0639980002", "12.00", "2026-01-31"),
        ],
    ),
    "Microsoft Forms, answers": KnownExport(
        file="Forms.xlsx", content=MICROSOFT_FORMS,
        attributes="votre_adresse_e_mail start_time completion_time email votre_prenom vos_thes",
        people=[
            ("ana@shop.example", "2026-11-20 23:29:00+01:00", "2026-11-20 23:30:00+01:00", "anonymous", "Zoé", "Vert;Noir;"),
            ("bob@shop.example", "2026-11-21 07:59:00+01:00", "2026-11-21 08:00:00+01:00", "anonymous", "Noël", "Vert;"),
        ],
    ),
    "Salesforce, a report as workbook, with its total": KnownExport(
        file="report.xlsx", content=SALESFORCE_BOOK,
        attributes="email first_name last_name email_opt_out created_date",
        people=[
            ("ana@shop.example", "Ana", "Lee", "false", "2026-01-05"),
            ("bob@shop.example", "Bob", "Núñez", "true", "2025-12-31"),
            ("2", "Total", "Count", None, None),
        ],
        reported={"key_missing": 1, "missing": 1, "no_at_sign": 1, "row_blank": 1},
        settings=("skip_rows: 3",),
    ),
}  # fmt: skip
