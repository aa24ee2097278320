"""The second matcher: joins found by the durable-rules package, a Rete network written in C."""
