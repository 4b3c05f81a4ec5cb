"""Exports of mailing services, forms and ticket offices, made small: the files, and what must come of them. No reading here."""

from __future__ import annotations

from tests.cli.known_exports import KnownExport

MAILCHIMP_FULL = '''\
Email Address,First Name,Last Name,Address,Phone Number,Birthday,Interests,"I agree to Email",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
ana@shop.example,Ana,Lee,"12 Main St  Lyon 01000 FR","+33 6 39 98 00 01",05/12,"Tea, Cups",x,4,"2026-01-05 10:00:00",192.0.2.1,"2026-01-05 10:01:00",192.0.2.1,45.7500000,4.8500000,1,2,Europe/Paris,FR,ARA,"2026-11-20 23:30:00",501,a1,,"""vip"",""tea time"""
bob@shop.example,Bob,Núñez,,,01/31,Tea,,2,,,"2026-02-01 09:30:00",,,,,,,,,"2026-02-01 09:30:00",502,b2,,"""vip"""
'''

KLAVIYO = """\
Email,Klaviyo ID,First Name,Last Name,Email Marketing Consent,Email Marketing Consent Timestamp,Email Suppressions,Initial Source,Last Open,Total Customer Lifetime Value,Profile Created On
ana@shop.example,01HA,Ana,Lee,SUBSCRIBED,2026-01-05 10:00:00+00:00,[],Checkout,2026-11-20 23:30:00+00:00,1234.5,2026-01-05 10:00:00+00:00
bob@shop.example,01HB,Bob,Núñez,NEVER_SUBSCRIBED,,"['UNSUBSCRIBE']",,,,2026-02-01 09:30:00+00:00
"""

CLEVERREACH = """\
E-Mail;Registriert;Aktiviert;Abgemeldet;Anrede;Vorname;Nachname;Tags;Sterne
ana@shop.example;05.01.2026 10:00:00;05.01.2026 10:01:00;;Frau;Jürgen;Groß;vip,tee;4
bob@shop.example;31.12.2025 09:00:00;;01.06.2026 09:00:00;Herr;Änne;Österle;;1
"""

CONSTANT_CONTACT = """\
"Email address","First name","Last name","Email status","Email permission status","Email update source","Confirmed Opt-Out Date","Email Lists","Tags","Birthday","Created At"
"ana@shop.example","Ana","Lee","Active","Express","Contact","","General Interest, Tea","","5/12","2026-01-05 10:00:00 -0500"
"bob@shop.example","Bob","Núñez","Unsubscribed","Implied","Account","2026-11-20 23:30:00 -0500","General Interest","","1/31","2026-02-01 09:30:00 -0500"
"""

BREVO_NEW = """\
CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,WHATSAPP,DOUBLE_OPT-IN,BIRTHDAY,INTERESTS,ADDED_TIME,MODIFIED_TIME
11,ana@shop.example,Ana,Lee,33639980001,,Yes,1980-05-12,"tea,cups",05-01-2026 10:00:00,20-11-2026 23:30:00
12,bob@shop.example,Bob,Núñez,,,No,,,31-12-2025 09:00:00,31-12-2025 09:00:00
"""

TYPEFORM = """\
#,"Bonjour, quel est votre prénom ?","Merci {{field:01}}, et votre adresse e-mail ?",Thé vert,Thé noir,Other,"J'accepte de recevoir la lettre",Score,Response Type,Start Date (UTC),Submit Date (UTC),Network ID,Tags
k3j2a,Zoé,ana@shop.example,Thé vert,,,1,,completed,2026-11-20 23:29:00,2026-11-20 23:30:00,7a1b,
k3j2b,Noël,bob@shop.example,,Thé noir,Tisane,0,,completed,2026-11-21 07:59:00,2026-11-21 08:00:00,7a1c,
"""

SURVEYMONKEY = """\
Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Would you like our letter?,Which teas?,
,,,,,,,Response,Green,Black
114001,401,11/20/2026 11:30:00 PM,11/20/2026 11:31:00 PM,,ana@shop.example,Ana,Yes,Green,
114002,401,11/21/2026 08:00:00 AM,11/21/2026 08:02:00 AM,,bob@shop.example,Bob,No,,Black
"""

EVENTBRITE_FR = """\
N° de commande,Date de la commande,Prénom,Nom,Adresse e-mail,Quantité,Type de billet,Total payé,Devise,Statut du participant
1001,20/11/2026 23:30,Zoé,Lefèvre,ana@shop.example,1,Tarif plein,"20,00",EUR,Présent
1002,21/11/2026 08:00,Noël,Côté,bob@shop.example,2,"Tarif réduit, étudiant","1 250,00",EUR,Présent
"""

EVENTBRITE_TITLED = """\
"Attendee Summary: Tea Fair 2026"
"As of Nov 21, 2026"

Order #,Order Date,First Name,Last Name,Email,Ticket Type,Total Paid
1001,11/20/26 11:30 PM,Ana,Lee,ana@shop.example,Early bird,$20.00
1002,11/21/26 8:00 AM,Bob,Núñez,bob@shop.example,Standard,"$1,250.00"
Totals,,,,,,"$1,270.00"
"""

HELLOASSO = """\
"Référence commande";"Date de la commande";"Statut de la commande";"Nom adhérent";"Prénom adhérent";"Email payeur";"Moyen de paiement";"Tarif";"Montant tarif";"Je souhaite recevoir la lettre"
"2001";"20/11/2026 23:30";"Validé";"Lefèvre";"Zoé";"ana@shop.example";"Carte bancaire";"Adhésion";"12,50";"Oui"
"2002";"21/11/2026 08:00";"Validé";"Côté";"Noël";"bob@shop.example";"Carte bancaire";"Soutien";"1000,00";"Non"
"""

WEEZEVENT = """\
Code-barres;Nom;Prénom;E-mail;Tarif;Montant;Date d'achat;Date de contrôle;Optin
0012345678905;Lefèvre;Zoé;ana@shop.example;Plein;12.50 €;20/11/2026 à 23:30;;1
0012345678906;Côté;Noël;bob@shop.example;Réduit;8.00 €;21/11/2026 à 08:00;;0
"""

MEETUP = """\
Name\tUser ID\tTitle\tEvent Host\tRSVP\tGuests\tRSVPed on\tJoined Group on\tURL of Member Profile\tEmail
Ana\tuser 101\t\tNo\tYes\t0\tNovember 20, 2026 11:30 PM\tJanuary 5, 2026\thttps://meet.example/101\tana@shop.example
Bob\tuser 102\t\tNo\tYes\t1\tNovember 21, 2026 8:00 AM\tDecember 31, 2025\thttps://meet.example/102\tbob@shop.example
"""

SENDERS: dict[str, KnownExport] = {
    "Mailchimp, an audience with tags, interests and birthdays": KnownExport(
        file="subscribed_members_export.csv", content=MAILCHIMP_FULL.encode(),
        attributes="email first_name last_name address phone birthday interests i_agree_to_email member_rating optin_time optin_ip confirm_time confirm_ip latitude longitude gmtoff dstoff timezone cc region last_changed euid tags",
        people=[
            ("ana@shop.example", "Ana", "Lee", "12 Main St  Lyon 01000 FR", "+33 6 39 98 00 01", "05/12", "Tea, Cups", "true", "4", "2026-01-05 10:00:00+01:00", "192.0.2.1", "2026-01-05 10:01:00+01:00", "192.0.2.1", "45.75", "4.85", "1", "2", "Europe/Paris", "FR", "ARA", "2026-11-20 23:30:00+01:00", "a1", "vip, tea time"),
            ("bob@shop.example", "Bob", "Núñez", None, None, "01/31", "Tea", None, "2", None, None, "2026-02-01 09:30:00+01:00", None, None, None, None, None, None, None, None, "2026-02-01 09:30:00+01:00", "b2", "vip"),
        ],
    ),
    "Klaviyo, profiles": KnownExport(
        file="klaviyo.csv", content=KLAVIYO.encode(),
        attributes="email first_name last_name email_marketing_consent email_marketing_consent_timestamp email_suppressions initial_source last_open total_customer_lifetime_value profile_created_on",
        people=[
            ("ana@shop.example", "Ana", "Lee", "SUBSCRIBED", "2026-01-05 11:00:00+01:00", None, "Checkout", "2026-11-21 00:30:00+01:00", "1234.50", "2026-01-05 11:00:00+01:00"),
            ("bob@shop.example", "Bob", "Núñez", "NEVER_SUBSCRIBED", None, "UNSUBSCRIBE", None, None, None, "2026-02-01 10:30:00+01:00"),
        ],
    ),
    "CleverReach, in German": KnownExport(
        file="empfaenger.csv", content=CLEVERREACH.encode(),
        attributes="email registriert aktiviert abgemeldet anrede first_name last_name tags sterne",
        people=[
            ("ana@shop.example", "2026-01-05 10:00:00+01:00", "05.01.2026 10:01:00", None, "Frau", "Jürgen", "Groß", "vip, tee", "4"),
            ("bob@shop.example", "2025-12-31 09:00:00+01:00", None, "01.06.2026 09:00:00", "Herr", "Änne", "Österle", None, "1"),
        ],
        told=("Declare how `Aktiviert` of `empfaenger` is written: its values do not tell the day from the month, so it stays a text.", "Declare how `Abgemeldet` of `empfaenger` is written: its values do not tell the day from the month, so it stays a text.",),
    ),
    "Constant Contact, contacts": KnownExport(
        file="contact_export.csv", content=CONSTANT_CONTACT.encode(),
        attributes="email first_name last_name email_status email_permission_status email_update_source confirmed_opt_out_date email_lists birthday created_at",
        people=[
            ("ana@shop.example", "Ana", "Lee", "Active", "Express", "Contact", None, "General Interest, Tea", "05/12", "2026-01-05 16:00:00+01:00"),
            ("bob@shop.example", "Bob", "Núñez", "Unsubscribed", "Implied", "Account", "2026-11-21 05:30:00+01:00", "General Interest", "01/31", "2026-02-01 15:30:00+01:00"),
        ],
    ),
    "Brevo in English, contacts": KnownExport(
        file="contact_export.csv", content=BREVO_NEW.encode(),
        attributes="email first_name last_name sms double_opt_in birthday interests added_time modified_time",
        people=[
            ("ana@shop.example", "Ana", "Lee", "33639980001", "true", "1980-05-12", "tea, cups", "2026-01-05 10:00:00+01:00", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "Bob", "Núñez", None, "false", None, None, "2025-12-31 09:00:00+01:00", "2025-12-31 09:00:00+01:00"),
        ],
    ),
    "Typeform, questions as names": KnownExport(
        file="responses.csv", content=TYPEFORM.encode(),
        attributes="merci_field_01_et_votre_adresse_e_mail column bonjour_quel_est_votre_prenom the_vert the_noir other j_accepte_de_recevoir_la_lettre response_type start_date_utc submit_date_utc",
        people=[
            ("ana@shop.example", "k3j2a", "Zoé", "Thé vert", None, None, "true", "completed", "2026-11-21 00:29:00+01:00", "2026-11-21 00:30:00+01:00"),
            ("bob@shop.example", "k3j2b", "Noël", None, "Thé noir", "Tisane", "false", "completed", "2026-11-21 08:59:00+01:00", "2026-11-21 09:00:00+01:00"),
        ],
        settings=("written_in: UTC",),
    ),
    "SurveyMonkey, with a header of two rows": KnownExport(
        file="Survey.csv", content=SURVEYMONKEY.encode("utf-8-sig"),
        attributes="email respondent_id collector_id start_date end_date first_name would_you_like_our_letter which_teas",
        people=[
            ("ana@shop.example", "114001", "401", "2026-11-20 23:30:00+01:00", "2026-11-20 23:31:00+01:00", "Ana", "Yes", "Green"),
            ("bob@shop.example", "114002", "401", "2026-11-21 08:00:00+01:00", "2026-11-21 08:02:00+01:00", "Bob", "No", None),
        ],
        reported={"key_missing": 1, "missing": 1},
    ),
    "Eventbrite in French": KnownExport(
        file="participants.csv", content=EVENTBRITE_FR.encode(),
        attributes="adresse_e_mail n_de_commande date_de_la_commande first_name last_name quantite type_de_billet total_paye devise statut_du_participant",
        people=[
            ("ana@shop.example", "1001", "2026-11-20 23:30:00+01:00", "Zoé", "Lefèvre", "1", "Tarif plein", "20.00", "EUR", "Présent"),
            ("bob@shop.example", "1002", "2026-11-21 08:00:00+01:00", "Noël", "Côté", "2", "Tarif réduit, étudiant", "1250.00", "EUR", "Présent"),
        ],
    ),
    "Eventbrite, a summary with title and totals": KnownExport(
        file="report.csv", content=EVENTBRITE_TITLED.encode(),
        attributes="email order order_date first_name last_name ticket_type total_paid",
        people=[
            ("ana@shop.example", "1001", "2026-11-20 23:30:00+01:00", "Ana", "Lee", "Early bird", "20.00"),
            ("bob@shop.example", "1002", "2026-11-21 08:00:00+01:00", "Bob", "Núñez", "Standard", "1250.00"),
        ],
        reported={"key_missing": 1, "missing": 1},
        settings=("skip_rows: 3",),
    ),
    "HelloAsso, memberships": KnownExport(
        file="adhesions.csv", content=HELLOASSO.encode("utf-8-sig"),
        attributes="email_payeur reference_commande date_de_la_commande statut_de_la_commande nom_adherent prenom_adherent moyen_de_paiement tarif montant_tarif je_souhaite_recevoir_la_lettre",
        people=[
            ("ana@shop.example", "2001", "2026-11-20 23:30:00+01:00", "Validé", "Lefèvre", "Zoé", "Carte bancaire", "Adhésion", "12.50", "true"),
            ("bob@shop.example", "2002", "2026-11-21 08:00:00+01:00", "Validé", "Côté", "Noël", "Carte bancaire", "Soutien", "1000.00", "false"),
        ],
    ),
    "Weezevent, tickets": KnownExport(
        file="participants.csv", content=WEEZEVENT.encode(),
        attributes="email code_barres last_name first_name tarif montant date_d_achat optin",
        people=[
            ("ana@shop.example", "0012345678905", "Lefèvre", "Zoé", "Plein", "12.50", "20/11/2026 à 23:30", "true"),
            ("bob@shop.example", "0012345678906", "Côté", "Noël", "Réduit", "8.00", "21/11/2026 à 08:00", "false"),
        ],
    ),
    "Meetup, guests in tabs": KnownExport(
        file="guests.txt", content=MEETUP.encode(),
        attributes="email name event_host rsvp guests rsvped_on joined_group_on url_of_member_profile",
        people=[
            ("ana@shop.example", "Ana", "false", "true", "0", "2026-11-20 23:30:00+01:00", "2026-01-05", "https://meet.example/101"),
            ("bob@shop.example", "Bob", "false", "true", "1", "2026-11-21 08:00:00+01:00", "2025-12-31", "https://meet.example/102"),
        ],
    ),
}  # fmt: skip
