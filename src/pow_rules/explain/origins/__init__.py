"""Whose word does a fact rest on, and how many say it independently of each other?"""
