"""Exports of shops, markets and tills, made small: the files, and what must come of them. No reading here."""

from __future__ import annotations

from tests.cli.known_exports import KnownExport

SHOPIFY_SAVED_BY_EXCEL = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders,Tags
7.00112E+12,Ana,Lee,ana@shop.example,yes,3.36400E+10,149.9,3,"vip, newsletter"
7.00112E+12,Bob,Núñez,bob@shop.example,no,3.36400E+10,0,0,
"""

SHOPIFY_OLD = """\
First Name,Last Name,Email,Company,Address1,City,Province Code,Country,Zip,Phone,Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt
Ana,Lee,ana@shop.example,,12 Main St,Lyon,,France,'01000,'0639980001,yes,"1,149.90",3,vip,,no
Bob,Núñez,bob@shop.example,,,,,,,,no,0.00,0,,,no
"""

WOO_ANALYTICS = """\
Name,Username,"Last Active","Sign Up",Email,Orders,"Total Spend",AOV,"Country / Region",City,Region,"Postal Code"
"Ana Lee",ana,"2026-11-20 23:30:00","2026-01-05 10:00:00",ana@shop.example,3,149.9,49.966666666667,FR,Lyon,,01000
"Bob Núñez",,"2026-11-21 08:00:00",,bob@shop.example,1,5,5,ES,Sevilla,SE,41001
"""

WOO_ORDERS = '''\
"Order Number","Order Status","Order Date","Customer Note","First Name (Billing)","Last Name (Billing)","Email (Billing)","Phone (Billing)","Order Total Amount","Coupon Code"
"1001","Completed","2026-11-20 23:30","Leave it at the door, ""Lee""","Ana","Lee","ana@shop.example","+33639980001","25.00",""
"1002","Processing","2026-11-21 08:00","","Bob","Núñez","bob@shop.example","","5.00","SPRING;TEA"
'''

PRESTASHOP = """\
"ID";"Titre social";"Prénom";"Nom";"Adresse e-mail";"Ventes";"Activé";"Newsletter";"Offres partenaires";"Inscription";"Dernière visite"
"1";"Mme";"Zoé";"Lefèvre";"ana@shop.example";"149,90 €";"1";"1";"0";"05/01/2026 10:00:00";"20/11/2026 23:30:00"
"2";"M.";"Noël";"Côté";"bob@shop.example";"--";"1";"0";"0";"31/12/2025 09:00:00";"--"
"""

MAGENTO = """\
email,_website,_store,confirmation,created_at,created_in,disable_auto_group_change,dob,firstname,gender,group_id,lastname,password_hash,rp_token,website_id,is_subscribed
ana@shop.example,base,default,,"2026-01-05 10:00:00","Default Store View",0,1980-05-12,Ana,Female,1,Lee,5e88:x:1,,1,1
bob@shop.example,base,default,,"2026-02-01 09:30:00","Default Store View",0,,Bob,,1,Núñez,5e89:x:1,,1,0
"""

MAGENTO_GRID = """\
ID,Name,Email,Group,Phone,ZIP,Country,State/Province,"Customer Since","Web Site","Confirmed email","Date of Birth"
1,"Ana Lee",ana@shop.example,General,0639980001,01000,France,,"Jan 5, 2026 10:00:00 AM","Main Website","Confirmation Not Required","May 12, 1980 12:00:00 AM"
2,"Bob Núñez",bob@shop.example,Wholesale,,,Spain,Sevilla,"Dec 31, 2025 1:05:00 PM","Main Website",Confirmed,
"""

BIGCOMMERCE = """\
Customer ID,First Name,Last Name,Email,Phone,Company,Notes,Store Credit,Customer Group,Date Joined,Receive ACS/Review Emails?,Addresses
1,Ana,Lee,ana@shop.example,0639980001,,,$0.00,Retail,01/05/2026,Yes,"Address Line 1: 12 Main St|City: Lyon"
2,Bob,Núñez,bob@shop.example,,,,"$1,234.50",,12/31/2025,No,
"""

SQUARESPACE = """\
Email,First Name,Last Name,Shipping Name,Shipping Zip,Subscriber Since,Subscriber Source,Order Count,Total Spent,Last Order ID,Last Order Date,Mailing Lists,Accepts Marketing,Tags
ana@shop.example,Ana,Lee,Ana Lee,'01000,2026-01-05 10:00:00 +0000,Checkout,3,149.90,00012,2026-11-20 23:30:00 +0000,"News, Offers",true,
bob@shop.example,Bob,Núñez,,,,,0,0.00,,,News,false,
"""

WIX = """\
First Name,Last Name,Email 1,Email 2,Phone 1,Labels,Birthdate,Created At (UTC+0),Email subscriber status,SMS subscriber status,Last Activity,Source
Ana,Lee,ana@shop.example,,'+33 639980001,Customers;Contacted Me,1980-05-12,2026-01-05 10:00,Subscribed,Not set,Placed an order,Wix Stores
Bob,Núñez,bob@shop.example,,,Contacted Me,,2026-02-01 09:30,Never subscribed,Not set,,Imported
"""

AMAZON = """\
order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tquantity-purchased\titem-price\tship-postal-code
305-1\t501\t2026-11-20T23:30:00+00:00\t2026-11-20T23:31:00+00:00\tana@market.example\tAna Lée\t1\t25.00\t01000
305-2\t502\t2026-11-21T08:00:00+00:00\t2026-11-21T08:01:00+00:00\tbob@market.example\tBob Núñez\t2\t5.00\t41001
"""

EBAY = """\
\ufeff
"Sales Record Number","Order Number","Buyer Username","Buyer Name","Buyer Email","Item Title","Quantity","Sold For","Sale Date","Paid On Date"

"101","05-1","ana_l","Ana Lee","ana@shop.example","Tea, green","1","$25.00","Nov-20-26","Nov-20-26"
"102","05-2","bob_n","Bob Nunez","bob@shop.example","Spoon","1","$5.00","Nov-21-26","Nov-22-26"

"2","record(s) downloaded","from Nov-20-26 to Nov-21-26"
"Seller ID: teashop"
"""

STRIPE_PAYMENTS = """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Fee,Status,Customer ID,Customer Email,Card Last4,Statement Descriptor
ch_1,2026-11-20 23:30:00,"1.234,50","0,00",eur,true,"1.234,50","3,20",Paid,cus_Aa1,ana@shop.example,0042,TEA
ch_2,2026-11-21 08:00:00,"5,00","5,00",eur,true,"5,00","0,50",Refunded,cus_Bb2,bob@shop.example,4242,TEA
"""

PAYPAL_FR = """\
"Date";"Heure";"Fuseau horaire";"Nom";"Type";"État";"Devise";"Avant commission";"Commission";"Net";"De l'adresse email";"Numéro de transaction"
"20/11/2026";"23:30:00";"CET";"Zoé Lefèvre";"Paiement";"Terminé";"EUR";"1\u00a0234,50";"-3,20";"1\u00a0231,30";"ana@shop.example";"TX1"
"21/11/2026";"08:00:00";"CET";"Noël Côté";"Paiement";"Terminé";"EUR";"5,00";"-0,50";"4,50";"bob@shop.example";"TX2"
"""

SHOPS: dict[str, KnownExport] = {
    "Shopify, customers saved again by Excel": KnownExport(
        file="customers_export.csv", content=SHOPIFY_SAVED_BY_EXCEL.encode(),
        attributes="email customer_id first_name last_name accepts_email_marketing phone total_spent total_orders tags",
        people=[
            ("ana@shop.example", "7.00112E+12", "Ana", "Lee", "true", "3.36400E+10", "149.90", "3", "vip, newsletter"),
            ("bob@shop.example", "7.00112E+12", "Bob", "Núñez", "false", "3.36400E+10", "0.00", "0", None),
        ],
    ),
    "Shopify, customers of old": KnownExport(
        file="customers_export.csv", content=SHOPIFY_OLD.encode(),
        attributes="email first_name last_name address1 city country zip phone accepts_marketing total_spent total_orders tags tax_exempt",
        people=[
            ("ana@shop.example", "Ana", "Lee", "12 Main St", "Lyon", "France", "01000", "0639980001", "true", "1149.90", "3", "vip", "false"),
            ("bob@shop.example", "Bob", "Núñez", None, None, None, None, None, "false", "0.00", "0", None, "false"),
        ],
    ),
    "WooCommerce, customers of its statistics": KnownExport(
        file="wc-customers-report.csv", content=WOO_ANALYTICS.encode(),
        attributes="email name username last_active sign_up orders total_spend aov country_region city region postal_code",
        people=[
            ("ana@shop.example", "Ana Lee", "ana", "2026-11-20 23:30:00+01:00", "2026-01-05 10:00:00+01:00", "3", "149.90", "49.97", "FR", "Lyon", None, "01000"),
            ("bob@shop.example", "Bob Núñez", None, "2026-11-21 08:00:00+01:00", None, "1", "5.00", "5.00", "ES", "Sevilla", "SE", "41001"),
        ],
        reported={"rounded": 1},
    ),
    "WooCommerce, orders": KnownExport(
        file="orders-2026-11.csv", content=WOO_ORDERS.encode(),
        attributes="email_billing order_status order_date customer_note first_name_billing last_name_billing phone_billing order_total_amount coupon_code",
        people=[
            ("ana@shop.example", "Completed", "2026-11-20 23:30:00+01:00", "Leave it at the door, \"Lee\"", "Ana", "Lee", "+33639980001", "25.00", None),
            ("bob@shop.example", "Processing", "2026-11-21 08:00:00+01:00", None, "Bob", "Núñez", None, "5.00", "SPRING;TEA"),
        ],
    ),
    "PrestaShop, customers": KnownExport(
        file="customer_2026.csv", content=PRESTASHOP.encode(),
        attributes="adresse_e_mail titre_social first_name last_name ventes active newsletter offres_partenaires inscription derniere_visite",
        people=[
            ("ana@shop.example", "Mme", "Zoé", "Lefèvre", "149.90", "1", "true", "0", "2026-01-05 10:00:00+01:00", "2026-11-20 23:30:00+01:00"),
            ("bob@shop.example", "M.", "Noël", "Côté", None, "1", "false", "0", "2025-12-31 09:00:00+01:00", None),
        ],
        settings=("null_values: [\"--\"]",),
        told=("In customer_2026.csv, these stand for no value (null_values): --.",),
    ),
    "Magento, customers for import": KnownExport(
        file="customer_20261120.csv", content=MAGENTO.encode(),
        attributes="email website store created_at created_in disable_auto_group_change dob first_name gender group_id last_name website_id is_subscribed",
        people=[
            ("ana@shop.example", "base", "default", "2026-01-05 10:00:00+01:00", "Default Store View", "0", "1980-05-12", "Ana", "Female", "1", "Lee", "1", "true"),
            ("bob@shop.example", "base", "default", "2026-02-01 09:30:00+01:00", "Default Store View", "0", None, "Bob", None, "1", "Núñez", "1", "false"),
        ],
        told=("Left out of `customer_20261120`, because it looks like a secret: `password_hash`, `rp_token`.",),
    ),
    "Magento, customers as its pages list them": KnownExport(
        file="export.csv", content=MAGENTO_GRID.encode(),
        attributes="email name group phone zip country state_province customer_since web_site confirmed_email date_of_birth",
        people=[
            ("ana@shop.example", "Ana Lee", "General", "0639980001", "01000", "France", None, "2026-01-05 10:00:00+01:00", "Main Website", "Confirmation Not Required", "1980-05-12 00:00:00+02:00"),
            ("bob@shop.example", "Bob Núñez", "Wholesale", None, None, "Spain", "Sevilla", "2025-12-31 13:05:00+01:00", "Main Website", "Confirmed", None),
        ],
    ),
    "BigCommerce, customers": KnownExport(
        file="customers-2026.csv", content=BIGCOMMERCE.encode(),
        attributes="email first_name last_name phone store_credit customer_group date_joined receive_acs_review_emails addresses",
        people=[
            ("ana@shop.example", "Ana", "Lee", "0639980001", "0.00", "Retail", "2026-01-05", "true", "Address Line 1: 12 Main St|City: Lyon"),
            ("bob@shop.example", "Bob", "Núñez", None, "1234.50", None, "2025-12-31", "false", None),
        ],
    ),
    "Squarespace, profiles": KnownExport(
        file="profiles.csv", content=SQUARESPACE.encode(),
        attributes="email first_name last_name shipping_name shipping_zip subscriber_since subscriber_source order_count total_spent last_order_id last_order_date mailing_lists accepts_marketing",
        people=[
            ("ana@shop.example", "Ana", "Lee", "Ana Lee", "01000", "2026-01-05 11:00:00+01:00", "Checkout", "3", "149.90", "00012", "2026-11-21 00:30:00+01:00", "News, Offers", "true"),
            ("bob@shop.example", "Bob", "Núñez", None, None, None, None, "0", "0.00", None, None, "News", "false"),
        ],
    ),
    "Wix, contacts": KnownExport(
        file="contacts.csv", content=WIX.encode("utf-8-sig"),
        attributes="email_1 first_name last_name phone_1 labels birthdate created_at_utc_0 email_subscriber_status sms_subscriber_status last_activity source",
        people=[
            ("ana@shop.example", "Ana", "Lee", "+33 639980001", "Customers, Contacted Me", "1980-05-12", "2026-01-05 11:00:00+01:00", "Subscribed", "Not set", "Placed an order", "Wix Stores"),
            ("bob@shop.example", "Bob", "Núñez", None, "Contacted Me", None, "2026-02-01 10:30:00+01:00", "Never subscribed", "Not set", None, "Imported"),
        ],
        settings=("written_in: UTC",),
    ),
    "Amazon, orders in tabs": KnownExport(
        file="orders.txt", content=AMAZON.encode("cp1252"),
        attributes="buyer_email order_item_id purchase_date payments_date buyer_name quantity_purchased item_price ship_postal_code",
        people=[
            ("ana@market.example", "501", "2026-11-21 00:30:00+01:00", "2026-11-21 00:31:00+01:00", "Ana Lée", "1", "25.00", "01000"),
            ("bob@market.example", "502", "2026-11-21 09:00:00+01:00", "2026-11-21 09:01:00+01:00", "Bob Núñez", "2", "5.00", "41001"),
        ],
        told=("orders.txt is read as windows-1252: look at some names with accents.",),
    ),
    "eBay, sales with blank lines and a count below": KnownExport(
        file="SalesHistory.csv", content=EBAY.encode(),
        attributes="buyer_email order_number buyer_username buyer_name item_title quantity sold_for sale_date paid_on_date",
        people=[
            ("ana@shop.example", "05-1", "ana_l", "Ana Lee", "Tea, green", "1", "25.00", "2026-11-20", "2026-11-20"),
            ("bob@shop.example", "05-2", "bob_n", "Bob Nunez", "Spoon", "1", "5.00", "2026-11-21", "2026-11-22"),
        ],
        reported={"row_blank": 2, "row_ragged": 2},
    ),
    "Stripe, payments": KnownExport(
        file="unified_payments.csv", content=STRIPE_PAYMENTS.encode(),
        attributes="customer_email created_date_utc amount amount_refunded currency captured converted_amount fee status customer_id card_last4 statement_descriptor",
        people=[
            ("ana@shop.example", "2026-11-21 00:30:00+01:00", "1234.50", "0.00", "eur", "true", "1234.50", "3.20", "Paid", "cus_Aa1", "0042", "TEA"),
            ("bob@shop.example", "2026-11-21 09:00:00+01:00", "5.00", "5.00", "eur", "true", "5.00", "0.50", "Refunded", "cus_Bb2", "4242", "TEA"),
        ],
        settings=("written_in: UTC",),
    ),
    "PayPal in French, with no-break blanks": KnownExport(
        file="Telecharger.CSV", content=PAYPAL_FR.encode("utf-8-sig"),
        attributes="de_l_adresse_email date heure fuseau_horaire last_name type etat devise avant_commission commission net numero_de_transaction",
        people=[
            ("ana@shop.example", "2026-11-20", "23:30:00", "CET", "Zoé Lefèvre", "Paiement", "Terminé", "EUR", "1234.50", "-3.20", "1231.30", "TX1"),
            ("bob@shop.example", "2026-11-21", "08:00:00", "CET", "Noël Côté", "Paiement", "Terminé", "EUR", "5.00", "-0.50", "4.50", "TX2"),
        ],
    ),
}  # fmt: skip
