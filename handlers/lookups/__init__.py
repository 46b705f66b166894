"""Answers to what anybody may ask: levels, incidents, contacts, facts, updates; nothing is passed on."""
