"""How the people of the demo write their names: a line of its own for each, always the same."""

import random


def drawn(person: str) -> str:
    """A drawn signature as an SVG path in a box of 240 by 80."""
    hand = random.Random(person)  # noqa: S311 - a scribble, no secret
    x, strokes = 20, []
    for number in range(14):
        x += hand.randint(8, 18)
        y = hand.randint(12, 36) if number % 2 else hand.randint(42, 68)
        strokes.append(f"{'L' if number else 'M'}{min(x, 230)} {y}")
    return "".join(strokes)
