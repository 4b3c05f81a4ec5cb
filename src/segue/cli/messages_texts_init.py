"""The texts of what `segue init` found and left out, English and French. Text only; see `messages_texts`."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

INIT: dict[str, Pair] = {
    "init_note_read_as": (
        "{file} is read as {encoding}: look at some names with accents.",
        "{file} est lu en {encoding} : regardez quelques noms accentués.",
    ),
    "init_note_united": (
        "{files} have the same columns and are one source: {pattern}.",
        "{files} ont les mêmes colonnes et forment une seule source : {pattern}.",
    ),
    "init_note_null_values": (
        "In {file}, these stand for no value (null_values): {signs}.",
        "Dans {file}, ces signes valent une absence de valeur (clé null_values) : {signs}.",
    ),
    "init_note_columns_nameless": (
        "Columns without a name in {file} are left out: {columns}. Name them in the header if they are needed.",
        "Les colonnes sans nom de {file} sont écartées : {columns}. Nommez-les dans l’en-tête si elles sont nécessaires.",
    ),
    "init_note_columns_alike": (
        "Columns of one name in {file} are left out: {columns}. Give each its own name.",
        "Les colonnes de même nom de {file} sont écartées : {columns}. Donnez à chacune son propre nom.",
    ),
    "init_note_sheets_hidden": (
        "Hidden sheets of {file} are left out: {sheets}. Declare one by its name if it is needed (sheet: …).",
        "Les feuilles masquées de {file} sont écartées : {sheets}. Déclarez-en une par son nom si elle est nécessaire "
        "(clé sheet).",
    ),
    "init_to_do_declare": (
        "Declare your data sources and profiles in the file.",
        "Déclarez vos sources de données et vos profils dans le fichier.",
    ),
    "init_to_do_no_email": (
        "No column with e-mail addresses was found: declare an attribute with `type: email`.",
        "Aucune colonne d’adresses e-mail n’a été trouvée : déclarez un attribut du type `email`.",
    ),
    "init_to_do_unique": (
        "Check that `{column}` is unique for each person in `{table}`.",
        "Vérifiez que `{column}` est unique pour chaque personne dans `{table}`.",
    ),
    "init_to_do_api_key": (
        "Set the environment variable MAILCHIMP_API_KEY, or start `segue sandbox` and set `base_url`.",
        "Définissez la variable d’environnement MAILCHIMP_API_KEY, ou démarrez `segue sandbox` et renseignez `base_url`.",
    ),
    "init_to_do_exports": (
        "Complete the section `exports` and run `segue check`.",
        "Complétez la section `exports` et lancez `segue check`.",
    ),
    "init_to_do_secret": (
        "Left out of `{table}`, because it looks like a secret: {columns}.",
        "Laissé de côté dans `{table}`, car cela ressemble à un secret : {columns}.",
    ),
    "init_to_do_unread": (
        "`{table}` is declared, but nothing reads it: no column links it to `{profiles}`. Declare a join or a related table, or take it out.",
        "`{table}` est déclarée, mais rien ne la lit : aucune colonne ne la relie à `{profiles}`. Déclarez une jointure ou une table associée, ou retirez-la.",
    ),
    "init_doubt_day_or_month": (
        "Declare how `{column}` of `{table}` is written: its values do not tell the day from the month, so it stays a text.",
        "Déclarez comment `{column}` de `{table}` est écrit : ses valeurs ne distinguent pas le jour du mois, il reste donc un texte.",
    ),
    "init_doubt_two_orders": (
        "Declare how `{column}` of `{table}` is written: some of its values begin with the day and others with the month, so it stays a text.",
        "Déclarez comment `{column}` de `{table}` est écrit : certaines valeurs commencent par le jour et d’autres par le mois, il reste donc un texte.",
    ),
    "init_doubt_two_currencies": (
        "`{column}` of `{table}` holds amounts of several currencies, so it stays a text.",
        "`{column}` de `{table}` contient des montants en plusieurs devises, il reste donc un texte.",
    ),
    "init_doubt_two_marks": (
        "Declare how `{column}` of `{table}` is written: its values do not tell the decimal mark from the thousands mark, so it stays a text.",
        "Déclarez comment `{column}` de `{table}` est écrit : ses valeurs ne distinguent pas le séparateur décimal de celui des milliers, il reste donc un texte.",
    ),
    "init_left_out_workbook": (
        "Not read: {files}. Save them as .xlsx, or as CSV UTF-8.",
        "Non lus : {files}. Enregistrez-les au format .xlsx, ou en CSV UTF-8.",
    ),
    "init_left_out_archive": (
        "Not read: {files}. Unpack them first.",
        "Non lus : {files}. Décompressez-les d’abord.",
    ),
    "init_left_out_database": (
        "Not read: {files}. Export their tables as CSV, or load them into SQLite or PostgreSQL.",
        "Non lus : {files}. Exportez leurs tables en CSV, ou chargez-les dans SQLite ou PostgreSQL.",
    ),
    "init_left_out_columns": (
        "Not read: {files}. Write them as Parquet or CSV.",
        "Non lus : {files}. Écrivez-les en Parquet ou en CSV.",
    ),
    "init_left_out_document": (
        "Not read: {files}. Export the data in them as CSV, .xlsx or JSON.",
        "Non lus : {files}. Exportez leurs données en CSV, .xlsx ou JSON.",
    ),
    "init_left_out_folder": (
        "Folders are not searched: {files}. Name one to look into it (segue init FOLDER).",
        "Les dossiers ne sont pas fouillés : {files}. Nommez-en un pour y chercher (segue init DOSSIER).",
    ),
    "init_left_out_other": (
        "Nothing like a table was found in {files}. If there is one, save it as CSV with a header.",
        "Rien qui ressemble à une table dans {files}. S’il y en a une, enregistrez-la en CSV avec un en-tête.",
    ),
}
