"""Text to speech beside other systems, as Figure 5 of the paper sets it: what they say, how it sounds, who hears it."""
