"""Speech for many listeners at once: a scheduler of utterances, and the protocols through which they are asked for.

``scheduler``, ``utterance``, ``worker`` and ``turns`` need no web framework; what does is imported by ``server`` alone.
"""
