"""Reads what callgrind wrote: instructions by function, its own and with what it called. The format: valgrind's manual, "cl-format"."""
import collections
import os
import re

NAMED = re.compile(r"\((\d+)\)(?: (.*))?$")


class Names:
    """A name stands there in full the first time and by its number afterwards."""

    def __init__(self):
        self.known = {}

    def of(self, text):
        number, name = NAMED.match(text).groups()
        if name is not None:
            self.known[number] = name
        return self.known[number]


def read(path):
    """(own, with_calls): instructions by (library, function)."""
    own, with_calls = collections.Counter(), collections.Counter()
    objects, functions = Names(), Names()
    library = function = None
    is_call = False
    with open(path) as lines:
        for line in lines:
            key, _, value = line.rstrip("\n").partition("=")
            if key == "ob":
                library = os.path.basename(objects.of(value))
            elif key == "cob":
                objects.of(value)
            elif key == "fn":
                function = (library, functions.of(value))
            elif key == "cfn":
                functions.of(value)
            elif key == "calls":
                is_call = True  # the next line is what the call cost
            elif line[0] in "0123456789+-*":
                cost = int(line.split()[1])
                with_calls[function] += cost
                if not is_call:
                    own[function] += cost
                is_call = False
    return own, with_calls


def short(name):
    name = name.replace("(anonymous namespace)::", "").replace("sallyport::", "")
    name = re.sub(r"^0x0+", "0x", name)
    return name.split("(")[0][:110] if not name.startswith("(") else name[:110]


class Profile:
    """Instructions per request or chunk by function: the difference of two runs, divided by how much more the second did."""

    OWN_SHOWN = 25
    WITH_CALLS_SHOWN = 45
    # What a coroutine calls is also whatever it resumes, so these are left out; libcurl's doors and the heap are what others cost us.
    WITH_CALLS = re.compile(r"^(sallyport::(?!.*\[clone \.actor\])|curl_|(malloc|free)$)")

    def __init__(self, base, more, amount):
        own, with_calls = ({key: (of_more[key] - of_base[key]) / amount for key in of_more}
                           for of_base, of_more in zip(read(base), read(more)))
        self.own = own
        self.with_calls = with_calls
        self.total = sum(own.values())

    def print(self, name):
        print(f"\n{name}: {self.total:,.0f} instructions")
        libraries = collections.Counter()
        for (library, _), cost in self.own.items():
            libraries[library] += cost
        self.print_most("by library", libraries, self.OWN_SHOWN)
        self.print_most("functions, their own instructions",
                        {f"{library} {short(name)}": cost for (library, name), cost in self.own.items()}, self.OWN_SHOWN)
        self.print_most("functions with all that they call: the project's, libcurl's doors, the heap",
                        {short(name): cost for (_, name), cost in self.with_calls.items() if self.WITH_CALLS.match(name)},
                        self.WITH_CALLS_SHOWN)

    def print_most(self, title, costs, shown):
        print(f"  {title}")
        for name in sorted(costs, key=costs.get, reverse=True)[:shown]:
            if costs[name] >= 0.5:
                print(f"    {100 * costs[name] / self.total:5.1f} % {costs[name]:9,.0f}  {name}")
