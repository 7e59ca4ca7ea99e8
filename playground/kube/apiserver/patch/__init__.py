"""The four kinds of patch. Each module makes a new document of an old one and a patch; patching.py writes it."""
