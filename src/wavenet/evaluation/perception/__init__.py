"""How recordings sound: natural, intelligible, like a speaker, like the original; by metrics that others use too."""
