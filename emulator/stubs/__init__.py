"""Programs of the emulated hosts and tasks.

A migration starts hundreds of them: each imports only what it needs.
"""
