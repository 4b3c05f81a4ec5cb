"""How the text of a definition came in is called so: who owns a row is its origin."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rename the field."""

    dependencies = (("sources", "0002_read_with_problems"),)

    operations = (
        migrations.RenameField(model_name="definition", old_name="origin", new_name="arrival"),
    )
