"""Subscriptions: Stripe's events, tiers and their gates."""
