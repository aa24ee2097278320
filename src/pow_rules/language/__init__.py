"""What a rule's body says, and the symbols it says it with."""
