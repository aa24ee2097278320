"""How likely is a fact?"""
