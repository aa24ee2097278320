"""How strongly may a fact be said?"""
