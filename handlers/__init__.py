"""Decides what to say: plain functions from one message to replies; no messenger, database or network is imported here."""
