"""The segue.yaml of the demonstration: a commented text to read and to change."""

from __future__ import annotations

from datetime import date

_ON_THE_COMMAND_LINE = """\
# Larkspur & Daughters, a shop for tea, books and garden things: which customers Mailchimp learns of.
# Change what you like and run `segue plan --config {path}`: a plan writes nothing.
"""

_IN_THE_BROWSER = """\
# Larkspur & Daughters, a shop for tea, books and garden things: what a customer is, and which segments there are.
# Change what you like and upload the file under Data › Data sources: what would change is shown first.
# Connections and exports are made in the pages.
"""

_DEFINITION = """\
version: 1
time_zone: Europe/Paris            # for "within the last 90 days", and for the till's times, which carry no zone
{home}
sources:
  customers: {{type: csv, path: customers.csv, separator: ";"}}
  orders:    {{type: sqlite, path: till.sqlite, table: orders}}

profiles:                          # one profile a customer
  source: customers
  key: {{column: id, type: integer}}
  attributes:
    email:      {{column: email, type: email}}
    first_name: {{column: first_name, personal: true}}
    last_name:  {{column: last_name, personal: true}}
    language:   language
    country:    country
    city:       city
    birthday:   {{column: birthday, type: date, personal: true}}
    signed_up:  {{column: signed_up, type: date, formats: ["%d/%m/%Y"]}}
    newsletter: {{column: newsletter, type: boolean, label: Agreed to the newsletter}}

related:                           # many rows a customer
  orders:
    label: Orders
    source: orders
    profile_key: customer_id
    attributes:
      placed_at: {{column: placed_at, type: timestamp, label: Order date}}
      category:  category
      status:    status
      total:     {{column: total, type: decimal}}

segments:
  newcomers:
    label: Newcomers
    rules: {{attribute: signed_up, within_last: {{days: 90}}}}

  regulars:                        # an aggregate with a condition of its own
    label: Regulars
    rules: {{related: orders, count: true, at_least: 3, where: {{attribute: placed_at, within_last: {{months: 12}}}}}}

  good_customers:
    label: Good customers
    rules: {{related: orders, sum: total, at_least: 150, where: {{attribute: status, is: paid}}}}

  asleep:                          # ordered once, but not within the last nine months
    label: Asleep
    rules:
      all:
        - {{related: orders, exists: true}}
        - not: {{related: orders, max: placed_at, within_last: {{months: 9}}}}

  worth_winning_back:              # set operators combine whole segments
    label: Worth winning back
    rules: {{intersect: [{{segment: good_customers}}, {{segment: asleep}}]}}

  neighbours:
    label: Neighbours
    rules: {{attribute: country, any_of: [France, Belgium, Switzerland]}}

  regulars_abroad:
    label: Regulars abroad
    rules: {{except: [{{segment: regulars}}, {{segment: neighbours}}]}}

  tea_lovers:
    label: Tea lovers
    rules:
      related: orders
      exists: true
      where: {{all: [{{attribute: category, is: tea}}, {{attribute: status, is: paid}}]}}

  birthday_soon:
    label: Birthday soon
    rules: {{attribute: birthday, month_of: [{this_month}, {next_month}]}}
"""

_HOME = "home: state                        # snapshots, ledger and reports\n"

_EXPORTS = """
connections:
  main:
    type: mailchimp
    label: The sandbox of the demonstration
    api_key: {{file: sandbox.key}}   # never the key itself
    base_url: {base_url}

exports:
  newsletter:
    connection: main
    audience: {audience}
    match:                         # data matching
      email: email
      fields:
        FNAME: first_name
        LNAME: last_name
        CITY: {{attribute: city, create: true, name: City}}
    segments:                      # each one is a tag, named by its label
      - newcomers
      - regulars
      - good_customers
      - worth_winning_back
      - neighbours
      - regulars_abroad
      - tea_lovers
      - birthday_soon
    consent: {{attribute: newsletter}}       # absent is never read as yes
    winner: {{newest_by: signed_up}}         # of two profiles with one address
    new_contacts: subscribed               # only for those whom Mailchimp does not know yet
"""


def configuration_text(*, base_url: str, audience: str, path: str, today: date) -> str:
    """Return the file's text for the command line; `path` is what the reader would give to --config."""
    head = _ON_THE_COMMAND_LINE.format(path=path)
    return (
        head
        + _definition(today, home=_HOME)
        + _EXPORTS.format(base_url=base_url, audience=audience)
    )


def definition_text(*, today: date) -> str:
    """Return the file's text for the browser: without connections and exports."""
    return _IN_THE_BROWSER + _definition(today, home="")


def _definition(today: date, *, home: str) -> str:
    return _DEFINITION.format(home=home, this_month=today.month, next_month=today.month % 12 + 1)
