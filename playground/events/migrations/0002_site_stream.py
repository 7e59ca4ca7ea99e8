"""The site's own stream is there from the beginning: a page may listen to it before anything has happened."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    """Anybody may read it: it has no owner."""
    if schema_editor.connection.alias != "events":
        return
    stream = apps.get_model("events", "Stream")
    stream.objects.using("events").get_or_create(pk="site", defaults={"owner": "", "kind": "site", "subject": "site"})


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
