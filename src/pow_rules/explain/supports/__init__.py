"""What a conclusion rests on: the minimal sets of givens that are each enough."""
