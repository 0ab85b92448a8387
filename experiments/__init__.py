"""Code for recipes, benchmarks and ``make``, but not for users of the package: run in a checkout, in no wheel."""
