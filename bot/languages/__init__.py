"""How it sounds: catalogues, dates, numbers, lists, and which language somebody writes."""
