"""Making models, in PyTorch: ``loop`` is the entry; ``windows`` → loss → ``optim`` → ``checkpoint``."""
