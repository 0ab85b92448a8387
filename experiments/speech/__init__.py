"""Text to speech compared with other systems, as in Figure 5 of the paper: texts, audio, scores, listening pages."""
