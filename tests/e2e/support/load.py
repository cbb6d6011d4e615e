"""Steady load on a gateway that must not lose a request: clients with a connection for each request, clients that keep theirs, and long
streams. Every answer is kept, and everything that is not a whole answer. Standard library only."""
import contextlib
import http.client
import random
import threading
import time
from urllib.parse import urlsplit

import books


class Load:
    """Runs from start() to stop(). `answers`: the whole ones; `losses`: a line for each other end of a request."""

    def __init__(self, api, key, quick="quick", slow="slow", fresh=4, kept=3, streams=3, stream_tokens=30):
        self.api, self.key, self.quick, self.slow, self.stream_tokens = api, key, quick, slow, stream_tokens
        self.answers, self.losses = [], []
        self.streams_open = 0
        self.stopping = threading.Event()
        works = [self._fresh] * fresh + [self._kept] * kept + [self._streaming] * streams
        self.threads = [threading.Thread(target=work, args=(number,), daemon=True) for number, work in enumerate(works)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        """Nothing is lost at the end either: every request under way is waited for."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self.threads), "a client hangs"
        return self.answers, self.losses

    def _ask(self, asker, what, **more):
        try:
            answer = asker.chat(**more)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.losses.append(f"{what}: {type(error).__name__} {error}")
            return
        if answer.whole:
            self.answers.append(answer)
        else:
            self.losses.append(f"{what}: {answer.status} {answer.body[-200:]!r}")

    def _fresh(self, number):
        while not self.stopping.is_set():
            asker = books.Asker(self.api, self.key)
            self._ask(asker, "new connection", model=self.quick, max_tokens=5)
            asker.connection.close()
            time.sleep(0.005)

    def _kept(self, number):
        """One of them in a hurry, the others with pauses, so that a change finds them waiting; none as long as an idle connection may live."""
        asker, dice = books.Asker(self.api, self.key), random.Random(number)
        while not self.stopping.is_set():
            self._ask(asker, "kept connection", model=self.quick, max_tokens=5)
            time.sleep(dice.uniform(0, [0.01, 0.3, 2.0][number % 3]))

    def _streaming(self, number):
        while not self.stopping.is_set():
            asker = books.Asker(self.api, self.key, timeout=60)
            self._ask(asker, "stream", model=self.slow, stream=True, max_tokens=self.stream_tokens)
            asker.connection.close()


class Watch:
    """Asks for a page again and again over new connections; `seen` counts each status, 0 a refused or broken connection."""

    def __init__(self, address, path="/readyz", pause=0.005):
        self.where, self.path, self.pause, self.seen = urlsplit(address).netloc, path, pause, {}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.stopping.set()
        self.thread.join(10)
        return self.seen

    def _look(self):
        while not self.stopping.is_set():
            status = 0
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(self.where, timeout=5)
                connection.request("GET", self.path)
                status = connection.getresponse().status
                connection.close()
            self.seen[status] = self.seen.get(status, 0) + 1
            time.sleep(self.pause)
