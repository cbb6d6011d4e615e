"""Figure 9: random worlds under virtual time, as the unit tests run them; how many, and how long they take."""
import os
import re
import time
from pathlib import Path

from house import at_least, at_most, exactly, gate

binary = Path(gate.binary).resolve().parents[1] / "tests/proxy/stages/proxy_stages_test"


def worlds(quick, _):
    seeds = 10_000 if quick else 100_000
    began = time.monotonic()
    ended = gate.run(binary, "-tc=in every random world*", timeout=300, env={"PATH": os.environ["PATH"], "SALLYPORT_SEEDS": str(seeds)})
    took = time.monotonic() - began
    checks = re.search(r"assertions: +(\d+)", ended.stdout)
    failing = set(re.findall(r"seed := (\d+)", ended.stdout))
    print(f"  worlds that failed: {', '.join(sorted(failing, key=int)[:10]) or 'none'}")
    return [exactly(9, f"of {seeds} random worlds, failed", len(failing) if ended.returncode in (0, 1) else "it crashed", 0),
            at_least(9, "checks in them", int(checks[1]) if checks else 0, seeds * 10, "{}", timed=False),
            at_most(9, "all of them took", took, 60, "{:.1f}", " s")]
