"""What do the derivations of a fact come to, put together under a semiring?"""
