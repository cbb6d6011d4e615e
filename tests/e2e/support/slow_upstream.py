"""slow_upstream.py PORT: speaks the OpenAI door; streams 40 tokens in 2 s. Ends after two minutes."""
import http.server
import json
import os
import sys
import threading
import time

usage = {"prompt_tokens": 4, "completion_tokens": 40, "total_tokens": 44}


def event(delta, finish=None, **more):
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
             "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]} | more
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


class Slow(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for number in range(40):
            self.wfile.write(event({"content": f"word{number} "}))
            self.wfile.flush()
            time.sleep(0.05)
        self.wfile.write(event({}, "stop") + event({}, usage=usage, choices=[]) + b"data: [DONE]\n\n")

    def log_message(self, *_):
        pass


threading.Timer(120, lambda: os._exit(0)).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Slow).serve_forever()
