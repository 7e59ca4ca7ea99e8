"""Rules of the house that no linter knows: each is a test, so that breaking one breaks the build."""
