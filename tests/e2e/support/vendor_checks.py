"""What the strict stub vendors share: notes of what is wrong with a request, the numbers that all their answers report, and fresh ids."""

import itertools
import json

PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS, THOUGHT_TOKENS = 20, 5, 7, 3

_answers = itertools.count(1)


def fresh(prefix):
    """An id that no answer had before."""
    return f"{prefix}stub{next(_answers):04}"


class Faults(list):
    """What a real vendor would refuse in one request, in the order found."""

    def want(self, condition, what):
        if not condition:
            self.append(what)
        return bool(condition)

    def members(self, value, known, where):
        """`value` is an object that has no members but these."""
        if self.want(isinstance(value, dict), f"{where}: not an object"):
            for name in value:
                self.want(name in known, f"{where}.{name}: Extra inputs are not permitted")
            return True
        return False

    def texts(self, value, names, where):
        """These members are texts."""
        for name in names:
            self.want(isinstance(value.get(name), str), f"{where}.{name}: a text is required")


def pieces(text, length=6):
    """The text as a stream brings it; none where there is none."""
    text = text or ""
    return [text[at : at + length] for at in range(0, len(text), length)]


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def event(value, name=None):
    """One event of a stream; its name is its type where it has one."""
    name = name or value.get("type")
    return (f"event: {name}\n" if name else "") + f"data: {compact(value)}\n\n"
