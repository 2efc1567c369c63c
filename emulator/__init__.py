"""The emulated AWS: moto in its own process, with what AWS does and moto does not.

A simulation.
"""
