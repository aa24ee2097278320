"""From rules to clauses: fields become columns, and fact types relations."""
