"""Phones from raw audio (section 3.4): recognition, and alignment with the phones of a text. No PyTorch."""
