"""The strict stub vendors of vendors.py for a program in Python, and a gateway before them. Standard library only."""

import sys
from pathlib import Path

import gateway as gate

KEY = "sk-vendor-key-0001"
# A model in front of each dialect, one at Anthropic's own kind of provider, one at a kind that wants its thoughts back in chat, and one
# under a name that Codex knows.
FRONT = """version: 1
listen: {{address: 127.0.0.1:@API@}}
admin: {{address: 127.0.0.1:@ADMIN@}}
state: {{journal: @HERE@/journal}}
providers:
  chat: {{kind: openai_compatible, base_url: "{at}/v1", key: "${{env:VENDOR_KEY}}"}}
  messages: {{kind: openai_compatible, dialect: anthropic_messages, base_url: "{at}/v1", key: "${{env:VENDOR_KEY}}"}}
  responses: {{kind: openai_compatible, dialect: openai_responses, base_url: "{at}/v1", key: "${{env:VENDOR_KEY}}"}}
  anthropic: {{kind: anthropic, base_url: "{at}/v1", key: "${{env:VENDOR_KEY}}"}}
  deepseek: {{kind: deepseek, base_url: "{at}/v1", key: "${{env:VENDOR_KEY}}"}}
models:
  on-chat: {{try: [chat/m]}}
  on-messages: {{try: [messages/m]}}
  on-responses: {{try: [responses/m]}}
  on-anthropic: {{try: [anthropic/m]}}
  on-deepseek: {{try: [deepseek/m]}}
  gpt-5.5: {{try: [messages/m]}}
"""


class Vendors:
    """The three vendors at one address."""

    def __init__(self):
        port = gate.free_port()
        self.at = f"http://127.0.0.1:{port}"
        gate.start([sys.executable, Path(__file__).parent / "vendors.py", port])
        gate.until(lambda: gate.is_listening(port), 10, "the vendors listen")

    def plays(self, **script):
        """What they answer from now on (see vendors.py); forgets what they saw."""
        assert gate.call(f"{self.at}/script", script)[0] == 200

    def seen(self):
        """The requests since, as [{path, headers, body, faults}]."""
        return gate.json.loads(gate.call(f"{self.at}/seen")[2])

    def front(self, folder):
        """A gateway with the models of FRONT."""
        return gate.serve(FRONT.format(at=self.at), folder, VENDOR_KEY=KEY)
