"""Training in PyTorch. Start with ``loop``; an update is ``windows`` → loss → ``optim``, saved by ``checkpoint``."""
