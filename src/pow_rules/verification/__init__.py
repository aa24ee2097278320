"""Explanations re-checked: from their JSON form, the program and the givens, without the engine and its log.

To read it all, begin with `verifying`, which is called, and go on in this order:

1. `document` reads a document, and refuses what is not of the form; `comparing` compares JSON values exactly.
2. `outline` finds which step stands below which.
3. `checking` goes through the steps: each fact, each rule, who gives what (`attested`), how many derivations there are.
4. `firings` evaluates the conditions of one rule on the facts below one step.
5. `model` finds all that follows from the givens by trying: absences, aggregates and counts are compared with that.
6. `grounding` finds what rests on itself; `agreement`, what is said in two ways; `strengths`, what is said too surely.
7. `verdict` holds what was found, and prints it.
"""
