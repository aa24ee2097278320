"""Why is a fact not there: what each rule that could conclude it lacks."""
