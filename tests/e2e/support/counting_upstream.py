"""Upstreams inside an end-to-end program: each answers chat completions with its name, and remembers which calls it had. Loopback only."""
import http.server
import json
import threading


class Upstream:
    """`base` is its address for a configuration. It may be stopped and started again on the same port; while `broken` it answers 500."""

    def __init__(self, name, pause=0.0):
        self.name, self.pause, self.port = name, pause, 0
        self.broken = False
        self.calls, self.gets, self.lock, self.server = [], [], threading.Lock(), None
        self.start()
        self.base = f"http://127.0.0.1:{self.port}/v1"

    def start(self):
        self.server = Server(("127.0.0.1", self.port), handler_of(self))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.server.end_connections()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *words):
        self.open = set()
        super().__init__(*words)

    def process_request(self, request, address):
        self.open.add(request)
        super().process_request(request, address)

    def end_connections(self):
        for one in list(self.open):
            try:
                one.shutdown(2)
            except OSError:
                pass

    def handle_error(self, *_):
        pass


def handler_of(upstream):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            with upstream.lock:
                upstream.calls.append(asked)
            if upstream.broken:
                return self.answer(500, b'{"error":{"message":"broken","type":"server_error","param":null,"code":null}}')
            if upstream.pause:
                threading.Event().wait(upstream.pause)
            said = {"role": "assistant", "content": upstream.name}
            self.answer(200, json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m",
                                         "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
                                         "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}).encode())

        def do_GET(self):
            with upstream.lock:
                upstream.gets.append((self.path, dict(self.headers)))
            self.answer(200, b"{}")

        def log_message(self, *_):
            pass

    return Handler
