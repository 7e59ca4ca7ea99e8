"""What an API object is: frozen values, metadata, the table of kinds, the schema. Nothing here decides or validates."""
