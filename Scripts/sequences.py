#!/usr/bin/env python3
"""Writes the sequences that come with the examples: Scripts/sequences.py FOLDER.

bumps.csv    400 series of 8 to 20 numbers, each with a bump upwards and one downwards; which is first?
reviews.csv  400 short sentences of 2 to 9 words that praise or complain; `not` turns a word round.

moves.csv    60 recordings of 12 to 24 steps, a row for each: two sensors, and what the person does meanwhile.

The seed is fixed, and only random.random() is used, whose numbers are the same in every Python.
"""
import math
import random
import sys

generator = random.Random(1)


def below(count):
    return int(generator.random() * count)


def choice(items):
    return items[below(len(items))]


def noise():
    # Twelve uniform numbers: nearly normal, deviation 1.
    return sum(generator.random() for _ in range(12)) - 6


def bumps():
    yield ",".join([f"step_{step}" for step in range(1, 21)] + ["first"])
    for _ in range(400):
        length = 8 + below(13)
        early = 1 + below(length // 2 - 2)
        late = length // 2 + 1 + below(length // 2 - 2)
        upward = generator.random() < 0.5
        level = 20 + 3 * noise()
        cells = []
        for step in range(length):
            sign = 1 if upward else -1
            value = level + 0.6 * noise()
            value += sign * 4 * math.exp(-((step - early) ** 2) / 2)
            value -= sign * 4 * math.exp(-((step - late) ** 2) / 2)
            cells.append(f"{value:.1f}")
        yield ",".join(cells + [""] * (20 - length) + ["up" if upward else "down"])


GOOD = ["good", "great", "clever", "funny", "moving"]
BAD = ["bad", "dull", "slow", "silly", "weak"]
THINGS = ["film", "story", "plot", "cast", "music", "end"]
DEGREES = ["very", "rather", "really"]


def reviews():
    yield "text,verdict"
    for _ in range(400):
        praise = generator.random() < 0.5
        negated = generator.random() < 0.5
        words = ["the", choice(THINGS), "was"] if generator.random() < 0.7 else []
        words += ["not"] if negated else []
        words += [choice(DEGREES)] if generator.random() < 0.5 else []
        words += [choice(GOOD if praise != negated else BAD)]
        if len(words) == 1:
            words = [choice(THINGS)] + words
        if generator.random() < 0.4:
            words = ["we", "saw", "it"] + words
        yield " ".join(words) + "," + ("praise" if praise else "complaint")


MOVES = {"rest": (0, 0), "walk": (0, 2), "run": (2, 2)}


def moves():
    yield "recording,second,hip,wrist,activity"
    for recording in range(1, 61):
        left = 0
        for second in range(1, 13 + below(13)):
            if left == 0:
                activity, left = choice(list(MOVES)), 4 + below(5)
            left -= 1
            hip, wrist = (mean + noise() for mean in MOVES[activity])
            yield f"{recording},{second},{hip:.2f},{wrist:.2f},{activity}"


folder = sys.argv[1] if len(sys.argv) > 1 else "Examples/Data"
for name, lines in [("bumps.csv", bumps()), ("reviews.csv", reviews()), ("moves.csv", moves())]:
    with open(f"{folder}/{name}", "w") as file:
        file.writelines(line + "\n" for line in lines)
