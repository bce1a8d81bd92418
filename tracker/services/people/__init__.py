"""Accounts, personal data and its going."""
