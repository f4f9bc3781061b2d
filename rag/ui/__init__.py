"""The browser: pages that show what the engine says; nothing is decided here."""
