"""refusing_upstream.py PORT: answers every POST with 500; GET /count says how many there were. Ends after two minutes."""
import http.server
import os
import sys
import threading

posts = 0


class Refusal(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("retry-after-ms", "10")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        global posts
        posts += 1
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(500, b'{"error":{"message":"broken","type":"server_error","param":null,"code":null}}')

    def do_GET(self):
        self.answer(200, str(posts).encode())

    def log_message(self, *_):
        pass


threading.Timer(120, lambda: os._exit(0)).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Refusal).serve_forever()
