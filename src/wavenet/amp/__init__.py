"""Guitar amplifiers and pedals: ``.nam`` files, WaveNets without sampling, in real time. No torch.

``file`` reads them into ``model``; ``reference`` runs them in numpy, slowly and to be read; ``program`` lays them out
for the native code, which ``amp`` plays.
"""

from wavenet.amp.amp import Amp

__all__ = ["Amp"]
