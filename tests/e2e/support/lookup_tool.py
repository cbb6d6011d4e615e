"""A tool server of the Model Context Protocol on standard input and output, with one tool, `lookup`. Ends with its input."""

import json
import sys

SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}


def answered(method, given):
    if method == "initialize":
        return {"protocolVersion": given["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "house", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "lookup", "description": "Looks a word up.", "inputSchema": SCHEMA}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": f"found {given['arguments']['word']}"}]}
    return {}


for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answered(asked["method"], asked.get("params"))}), flush=True)
