"""How recordings sound: natural, intelligible, like a speaker, like the original; with metrics that others use too."""
