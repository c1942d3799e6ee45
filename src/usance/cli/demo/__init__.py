"""The demonstration: two days of a real shop's orders go the whole way, from order to proof.

`stage` sets the scene, `play` lets time run, `stops` shows what is stopped, `count` counts what
came of it and recounts it by SQL, `show` says it to people.
"""
