"""Exports of customer files and address books, made small: the files, and what must come of them. No reading here."""

from __future__ import annotations

from tests.cli.known_exports import KnownExport

SALESFORCE_LOADER = """\
"ID","FIRSTNAME","LASTNAME","EMAIL","HASOPTEDOUTOFEMAIL","BIRTHDATE","CREATEDDATE","ANNUAL_REVENUE__C"
"0031r00002abcDEAAZ","Ana","Lee","ana@shop.example","false","1980-05-12","2026-01-05T10:00:00.000Z","1234.5"
"0031r00002abcdEAAZ","Bob","Núñez","bob@shop.example","true","","2026-02-01T09:30:00.000+0000","1.0E7"
"""

SALESFORCE_REPORT_FR = """\
"ID du contact";"Prénom";"Nom";"Adresse e-mail";"Ne pas envoyer d'e-mail";"Date de création"
"0031";"Zoé";"Lefèvre";"ana@shop.example";"0";"05/01/2026 10:00"
"0032";"Noël";"Côté";"bob@shop.example";"1";"31/12/2025 09:00"
"""

HUBSPOT_MANY_CHOICES = """\
"Record ID","First Name","Last Name","Email","Interests","Opted out of email: Marketing Information","Last Activity Date","Annual Revenue","Original Source"
"501","Ana","Lee","ana@shop.example","Tea;Cups;Spoons","","2026-11-20 23:30","1234.50","Organic Search"
"502","Bob","Núñez","bob@shop.example","Tea","Yes","","",""
"""

DYNAMICS_FR = """\
(Ne pas modifier) Contact,(Ne pas modifier) Somme de contrôle de la ligne,Nom complet,Prénom,Courrier électronique,Ne pas autoriser les messages électroniques,Date de création
8f2b-01,x1==,Zoé Lefèvre,Zoé,ana@shop.example,Autoriser,05/01/2026 10:00
8f2b-02,x2==,Noël Côté,Noël,bob@shop.example,Ne pas autoriser,31/12/2025 09:00
"""

ZENDESK = """\
{"users": [
 {"id": 35436, "url": "https://tea.zendesk.example/users/35436.json", "name": "Ana Lee", "email": "ana@shop.example", "created_at": "2026-01-05T10:00:00Z", "tags": ["vip", "tea"], "user_fields": {"newsletter": true}, "active": true},
 {"id": 35437, "url": "https://tea.zendesk.example/users/35437.json", "name": "Bob", "email": "bob@shop.example", "created_at": "2026-02-01T09:30:00Z", "tags": [], "user_fields": {"newsletter": false}, "active": true}
], "next_page": null, "count": 2}
"""

INTERCOM = """\
Name,Owner,Lead category,Email,Phone,User ID,First Seen (UTC),Last seen (UTC),Signed up (UTC),Unsubscribed from Emails,Tag,Web sessions
Ana Lee,,,ana@shop.example,,u1,2026-01-05 10:00:00 UTC,2026-11-20 23:30:00 UTC,2026-01-05 10:00:00 UTC,false,"vip,tea",12
Bob Núñez,,,bob@shop.example,,u2,2026-02-01 09:30:00 UTC,,,true,,1
"""

GOOGLE_CONTACTS = """\
First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,Organization Name,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value
Ana,,Lee,,,,,--05-12,"Met at the fair,
likes tea",,* myContacts ::: Friends,* Home,ana@shop.example,,,Mobile,+33 6 39 98 00 01
Bob,,Núñez,,,,,1990-01-31,,,* myContacts,* Work,bob@shop.example ::: bob2@shop.example,Home,bob@home.example,,
"""

OUTLOOK = """\
First Name,Middle Name,Last Name,Title,E-mail Address,E-mail 2 Address,Mobile Phone,Birthday,Company,Categories,Home Street
Ana,,Lee,,ana@shop.example,,0639980001,5/12/1980,,Tea;Friends,"12 Main St
Apt 4"
Bob,,Nunez,,bob@shop.example,,,1/31/1990,,Tea,
"""

OUTLOOK_FR = """\
"Prénom","Deuxième prénom","Nom","Société","Tél. mobile","Adresse de messagerie","Anniversaire","Catégories"
"Zoé","","Lefèvre","","0639980001","ana@shop.example","12/05/1980","Thé"
"Noël","","Côté","","","bob@shop.example","0/0/00",""
"""

LINKEDIN = """\
Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see addresses of those who allow it."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ana,Lee,https://www.linked.example/in/ana,ana@shop.example,Tea & Co,Owner,05 Jan 2026
Bob,Núñez,https://www.linked.example/in/bob,bob@shop.example,,,31 Dec 2025
Cyd,Olm,https://www.linked.example/in/cyd,,,,01 Jan 2026
"""

FACEBOOK_LEADS = """\
id\tcreated_time\tad_id\tad_name\tform_id\tis_organic\tplatform\temail\tfirst_name\tphone_number\tsouhaitez-vous_recevoir_nos_offres_?
l:1001\t2026-11-20T23:30:00+01:00\tag:55\tThé\tf:7\tfalse\tig\tana@shop.example\tZoé\tp:+33639980001\toui
l:1002\t2026-11-21T08:00:00+01:00\tag:55\tThé\tf:7\tfalse\tfb\tbob@shop.example\tNoël\tp:+33639980002\tnon
"""

FIREBASE = """\
{"users": [{
  "localId": "Xa1", "email": "ana@shop.example", "emailVerified": true, "passwordHash": "c2Vj", "salt": "cw==", "displayName": "Ana", "createdAt": "1767607200000"
}, {
  "localId": "Xb2", "email": "bob@shop.example", "emailVerified": false, "passwordHash": "c2Vk", "salt": "cw==", "displayName": "Bob", "createdAt": "1769936400000"
}]}
"""

MONGO = """\
{"_id":{"$oid":"65a0c1"},"email":"ana@shop.example","firstName":"Ana","signedUp":{"$date":"2026-01-05T10:00:00Z"},"spent":{"$numberDecimal":"1234.50"},"tags":["vip","tea"],"newsletter":true}
{"_id":{"$oid":"65a0c2"},"email":"bob@shop.example","firstName":"Bob","signedUp":{"$date":"2026-02-01T09:30:00Z"},"spent":{"$numberDecimal":"0"},"tags":[],"newsletter":false}
"""

PHPMYADMIN = """\
"id","email","firstname","lastname","newsletter","birthday","total","created"
"1","ana@shop.example","Ana","Lee","1","1980-05-12","1234.50","2026-01-05 10:00:00"
"2","bob@shop.example","Bob",NULL,"0",NULL,NULL,"2026-02-01 09:30:00"
"""

MYSQL_OUTFILE = """\
id\temail\tfirst_name\tlast_name\tnewsletter\tbirthday\ttotal
1\tana@shop.example\tAna\tLee\t1\t1980-05-12\t1234.50
2\tbob@shop.example\tBob\t\\N\t0\t\\N\t\\N
"""

POSTGRES_COPY = """\
id,email,first_name,opted_in,created_at,tags,spent
1,ana@shop.example,Ana,t,2026-01-05 10:00:00.123456+00,"{vip,tea}",1234.50
2,bob@shop.example,Bob,f,2026-02-01 09:30:00+00,{},0.00
"""

ACCESS = """\
"Kundennr";"Vorname";"Nachname";"E-Mail";"Eintritt";"Umsatz";"Newsletter"
1;"Jürgen";"Groß";"ana@shop.example";5.1.2026 00:00:00;1234,5600;-1
2;"Änne";"Österle";"bob@shop.example";31.12.2025 00:00:00;12,0000;0
"""

WORDPRESS = """\
"User ID","Username","Email","First Name","Last Name","Display Name","Role","Registered","wp_capabilities"
"1","ana","ana@shop.example","Ana","Lee","Ana Lee","Subscriber","January 5, 2026","a:1:{s:10:""subscriber"";b:1;}"
"2","bob","bob@shop.example","Bob","Núñez","Bob","Customer","December 31, 2025","a:1:{s:8:""customer"";b:1;}"
"""

CONTACTS: dict[str, KnownExport] = {
    "Salesforce, data loader with keys that differ in capitals": KnownExport(
        file="extract.csv", content=SALESFORCE_LOADER.encode(),
        attributes="email first_name last_name hasoptedoutofemail birthdate createddate annual_revenue_c",
        people=[
            ("ana@shop.example", "Ana", "Lee", "false", "1980-05-12", "2026-01-05 11:00:00+01:00", "1234.50"),
            ("bob@shop.example", "Bob", "Núñez", "true", None, "2026-02-01 10:30:00+01:00", "10000000.00"),
        ],
    ),
    "Salesforce in French, a report": KnownExport(
        file="report1767608.csv", content=SALESFORCE_REPORT_FR.encode("cp1252"),
        attributes="adresse_e_mail id_du_contact first_name last_name ne_pas_envoyer_d_e_mail date_de_creation",
        people=[
            ("ana@shop.example", "0031", "Zoé", "Lefèvre", "0", "2026-01-05 10:00:00+01:00"),
            ("bob@shop.example", "0032", "Noël", "Côté", "1", "2025-12-31 09:00:00+01:00"),
        ],
        told=("report1767608.csv is read as windows-1252: look at some names with accents.",),
    ),
    "HubSpot, several choices in one cell": KnownExport(
        file="hubspot-crm-exports-all.csv", content=HUBSPOT_MANY_CHOICES.encode(),
        attributes="email first_name last_name interests opted_out_of_email_marketing_information last_activity_date annual_revenue original_source",
        people=[
            ("ana@shop.example", "Ana", "Lee", "Tea, Cups, Spoons", None, "2026-11-20 23:30:00+01:00", "1234.50", "Organic Search"),
            ("bob@shop.example", "Bob", "Núñez", "Tea", "true", None, None, None),
        ],
    ),
    "Dynamics in French, contacts": KnownExport(
        file="Mes contacts actifs.csv", content=DYNAMICS_FR.encode("utf-8-sig"),
        attributes="courrier_electronique ne_pas_modifier_contact ne_pas_modifier_somme_de_controle_de_la_ligne nom_complet first_name ne_pas_autoriser_les_messages_electroniques date_de_creation",
        people=[
            ("ana@shop.example", "8f2b-01", "x1==", "Zoé Lefèvre", "Zoé", "Autoriser", "2026-01-05 10:00:00+01:00"),
            ("bob@shop.example", "8f2b-02", "x2==", "Noël Côté", "Noël", "Ne pas autoriser", "2025-12-31 09:00:00+01:00"),
        ],
    ),
    "Zendesk, answer of the API": KnownExport(
        file="users.json", content=ZENDESK.encode(),
        attributes="email url name created_at tags user_fields_newsletter active",
        people=[
            ("ana@shop.example", "https://tea.zendesk.example/users/35436.json", "Ana Lee", "2026-01-05 11:00:00+01:00", "vip, tea", "true", "true"),
            ("bob@shop.example", "https://tea.zendesk.example/users/35437.json", "Bob", "2026-02-01 10:30:00+01:00", None, "false", "true"),
        ],
        settings=("records: users",),
    ),
    "Intercom, users": KnownExport(
        file="intercom.csv", content=INTERCOM.encode(),
        attributes="email name first_seen_utc last_seen_utc signed_up_utc unsubscribed_from_emails tag web_sessions",
        people=[
            ("ana@shop.example", "Ana Lee", "2026-01-05 11:00:00+01:00", "2026-11-21 00:30:00+01:00", "2026-01-05 11:00:00+01:00", "false", "vip, tea", "12"),
            ("bob@shop.example", "Bob Núñez", "2026-02-01 10:30:00+01:00", None, None, "true", None, "1"),
        ],
        settings=("written_in: UTC",),
    ),
    "Google Contacts, two addresses in one cell": KnownExport(
        file="contacts.csv", content=GOOGLE_CONTACTS.encode(),
        attributes="e_mail_1_value e_mail_2_value first_name last_name birthday notes labels e_mail_1_label e_mail_2_label phone_1_label phone_1_value",
        people=[
            ("ana@shop.example", None, "Ana", "Lee", "05/12", "Met at the fair,\nlikes tea", "* myContacts ::: Friends", "* Home", None, "Mobile", "+33 6 39 98 00 01"),
            ("bob@shop.example ::: bob2@shop.example", "bob@home.example", "Bob", "Núñez", "01/31", None, "* myContacts", "* Work", "Home", None, None),
        ],
        reported={"contains_spaces": 1, "missing": 1},
    ),
    "Outlook, contacts": KnownExport(
        file="Contacts.CSV", content=OUTLOOK.encode(),
        attributes="e_mail_address first_name last_name mobile_phone birthday categories home_street",
        people=[
            ("ana@shop.example", "Ana", "Lee", "0639980001", "1980-05-12", "Tea, Friends", "12 Main St\nApt 4"),
            ("bob@shop.example", "Bob", "Nunez", None, "1990-01-31", "Tea", None),
        ],
    ),
    "Outlook in French, with birthdays that are none": KnownExport(
        file="contacts.csv", content=OUTLOOK_FR.encode("cp1252"),
        attributes="adresse_de_messagerie first_name last_name tel_mobile anniversaire categories",
        people=[
            ("ana@shop.example", "Zoé", "Lefèvre", "0639980001", "12/05/1980", "Thé"),
            ("bob@shop.example", "Noël", "Côté", None, None, None),
        ],
        settings=("null_values: [\"0/0/00\"]",),
        told=("contacts.csv is read as windows-1252: look at some names with accents.", "In contacts.csv, these stand for no value (null_values): 0/0/00.", "Declare how `Anniversaire` of `contacts` is written: its values do not tell the day from the month, so it stays a text.",),
    ),
    "LinkedIn, connections behind notes": KnownExport(
        file="Connections.csv", content=LINKEDIN.encode(),
        attributes="email first_name last_name url company position connected_on",
        people=[
            ("ana@shop.example", "Ana", "Lee", "https://www.linked.example/in/ana", "Tea & Co", "Owner", "2026-01-05"),
            ("bob@shop.example", "Bob", "Núñez", "https://www.linked.example/in/bob", None, None, "2025-12-31"),
        ],
        reported={"key_missing": 1, "missing": 1},
        settings=("skip_rows: 3",),
    ),
    "Facebook, leads": KnownExport(
        file="leads.csv", content=FACEBOOK_LEADS.encode("utf-16"),
        attributes="email created_time ad_id ad_name form_id is_organic platform first_name phone souhaitez_vous_recevoir_nos_offres",
        people=[
            ("ana@shop.example", "2026-11-20 23:30:00+01:00", "ag:55", "Thé", "f:7", "false", "ig", "Zoé", "p:+33639980001", "true"),
            ("bob@shop.example", "2026-11-21 08:00:00+01:00", "ag:55", "Thé", "f:7", "false", "fb", "Noël", "p:+33639980002", "false"),
        ],
        told=("leads.csv is read as utf-16: look at some names with accents.",),
    ),
    "Firebase, accounts": KnownExport(
        file="users.json", content=FIREBASE.encode(),
        attributes="email email_verified display_name created_at",
        people=[
            ("ana@shop.example", "true", "Ana", "1767607200000"),
            ("bob@shop.example", "false", "Bob", "1769936400000"),
        ],
        settings=("records: users",),
        told=("Left out of `users`, because it looks like a secret: `passwordHash`, `salt`.",),
    ),
    "MongoDB, a dump in lines": KnownExport(
        file="people.json", content=MONGO.encode(),
        attributes="email first_name signed_up_date spent_number_decimal tags newsletter",
        people=[
            ("ana@shop.example", "Ana", "2026-01-05 11:00:00+01:00", "1234.50", "vip, tea", "true"),
            ("bob@shop.example", "Bob", "2026-02-01 10:30:00+01:00", "0.00", None, "false"),
        ],
    ),
    "phpMyAdmin, with NULL": KnownExport(
        file="customers.csv", content=PHPMYADMIN.encode(),
        attributes="email first_name last_name newsletter birthday total created",
        people=[
            ("ana@shop.example", "Ana", "Lee", "true", "1980-05-12", "1234.50", "2026-01-05 10:00:00+01:00"),
            ("bob@shop.example", "Bob", None, "false", None, None, "2026-02-01 09:30:00+01:00"),
        ],
        settings=("null_values: [\"NULL\"]",),
        told=("In customers.csv, these stand for no value (null_values): NULL.",),
    ),
    "MySQL, in tabs with \\N": KnownExport(
        file="customers.tsv", content=MYSQL_OUTFILE.encode(),
        attributes="email first_name last_name newsletter birthday total",
        people=[
            ("ana@shop.example", "Ana", "Lee", "true", "1980-05-12", "1234.50"),
            ("bob@shop.example", "Bob", None, "false", None, None),
        ],
        settings=("null_values: [\"\\\\N\"]",),
        told=("In customers.tsv, these stand for no value (null_values): \\N.",),
    ),
    "PostgreSQL, written by COPY": KnownExport(
        file="people.csv", content=POSTGRES_COPY.encode(),
        attributes="email first_name opted_in created_at tags spent",
        people=[
            ("ana@shop.example", "Ana", "true", "2026-01-05 11:00:00.123456+01:00", "vip, tea", "1234.50"),
            ("bob@shop.example", "Bob", "false", "2026-02-01 10:30:00+01:00", None, "0.00"),
        ],
    ),
    "Access in German": KnownExport(
        file="Kunden.txt", content=ACCESS.encode("cp1252"),
        attributes="email kundennr first_name last_name eintritt umsatz newsletter",
        people=[
            ("ana@shop.example", "1", "Jürgen", "Groß", "2026-01-05 00:00:00+01:00", "1234.56", "true"),
            ("bob@shop.example", "2", "Änne", "Österle", "2025-12-31 00:00:00+01:00", "12.00", "false"),
        ],
        told=("Kunden.txt is read as windows-1252: look at some names with accents.",),
    ),
    "WordPress, users": KnownExport(
        file="users.csv", content=WORDPRESS.encode(),
        attributes="email username first_name last_name display_name role registered wp_capabilities",
        people=[
            ("ana@shop.example", "ana", "Ana", "Lee", "Ana Lee", "Subscriber", "2026-01-05", "a:1:{s:10:\"subscriber\";b:1;}"),
            ("bob@shop.example", "bob", "Bob", "Núñez", "Bob", "Customer", "2025-12-31", "a:1:{s:8:\"customer\";b:1;}"),
        ],
    ),
}  # fmt: skip
