"""Side-by-side benchmarks: one file a question, each against what a user would write instead."""
