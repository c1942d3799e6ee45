"""Financing: who advances the money?"""
