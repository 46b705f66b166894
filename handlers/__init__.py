"""Decides what to say: plain functions from a message to replies, which know no messenger, database or network."""
