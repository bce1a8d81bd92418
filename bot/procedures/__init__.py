"""Administrative procedures: catalogue, importer, search and composed answers. Pure: no database here."""
