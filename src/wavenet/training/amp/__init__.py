"""Learning a guitar amplifier or pedal from a recording of the guitar and one of what comes out."""
