#!/usr/bin/env python3
"""vendors.py PORT: OpenAI's chat completions, its Responses API and Anthropic's Messages API as one strict stub. Ends after two minutes.

POST /script {"asked": TURN, "after_tools": TURN, "alternating": bool} says what is answered to a request without and with a tool's result
in it, and forgets what was seen; GET /seen tells the requests as [{path, headers, body, faults}]. A request that the vendor would refuse is
answered with 400.
TURN: {"text", "thought", "calls": [{"id", "name", "arguments", "namespace"}], "end": "length" | "refusal", "break_after": events,
"fail": {"status", "type", "message", "code", "headers"}}; all may be absent."""

import http.server
import json
import os
import sys
import threading

import vendor_chat
import vendor_messages
import vendor_responses

WHOLE = {"asked": {"text": "All finished here."}, "after_tools": {"text": "All finished here."}}
script = dict(WHOLE)
seen = []


def vendor_of(path):
    return next((one for one in (vendor_chat, vendor_messages, vendor_responses) if path in one.PATHS), None)


class Vendor(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_json(self, status, value, headers=()):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"content-type": "application/json", "content-length": str(len(body)), **dict(headers)}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def send_stream(self, events, break_after):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, text in enumerate(events):
            if number == break_after:
                self.close_connection = True
                return
            part = text.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def do_GET(self):
        if self.path == "/seen":
            self.send_json(200, seen)
        else:
            self.send_json(404, {"error": {"message": "no such path", "type": "invalid_request_error", "param": None, "code": None}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        path = self.path.split("?")[0]
        if path == "/script":
            script.clear()
            script.update(WHOLE | body)
            seen.clear()
            self.send_json(200, {})
        elif vendor := vendor_of(path):
            self.reply(vendor, path, body)
        else:
            self.send_json(404, vendor_messages.refusal(404, "not_found_error", f"no path {path}"))

    def reply(self, vendor, path, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        faults = vendor.faults_of(path, headers, body, script.get("alternating", True))
        seen.append({"path": self.path, "headers": headers, "body": body, "faults": faults})
        turn = script["after_tools" if vendor.has_result(body) else "asked"]
        fail = turn.get("fail")
        if faults:
            self.send_json(400, vendor.refusal(400, "invalid_request_error", "; ".join(faults)))
        elif fail:
            self.send_json(
                fail["status"], vendor.refusal(fail["status"], fail["type"], fail["message"], fail.get("code")), fail.get("headers", {})
            )
        elif body.get("stream"):
            self.send_stream(vendor.stream(body, turn), turn.get("break_after", -1))
        else:
            self.send_json(200, vendor.answer(path, body, turn))

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    threading.Timer(120, lambda: os._exit(0)).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Vendor).serve_forever()
