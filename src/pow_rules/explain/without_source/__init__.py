"""What would fall, and what would weaken, if a source were not to be believed?"""
