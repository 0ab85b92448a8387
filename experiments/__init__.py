"""What recipes, benchmarks and ``make`` need, and no user of the package: run from a checkout, in no wheel."""
