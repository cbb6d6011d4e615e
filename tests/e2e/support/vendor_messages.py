"""Anthropic's Messages API as a strict stub: it refuses what the vendor refuses, and answers as a script says."""

import re

from vendor_checks import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, Faults, compact, event, fresh, pieces

SIGNATURE = "sig-of-the-stub-"
TOP = set("""model messages max_tokens metadata stop_sequences stream system temperature thinking tool_choice tools top_k top_p service_tier
    output_config cache_control container inference_geo context_management speed""".split())
COUNTED = {"model", "messages", "system", "thinking", "tool_choice", "tools", "output_config", "cache_control", "context_management"}
BLOCKS = {
    "text": {"text", "citations"},
    "image": {"source"},
    "document": {"source", "title", "context", "citations"},
    "tool_use": {"id", "name", "input", "caller"},
    "tool_result": {"tool_use_id", "content", "is_error"},
    "thinking": {"thinking", "signature"},
    "redacted_thinking": {"data"},
    "tool_reference": {"tool_name"},
    "search_result": {"content", "source", "title"},
}
OF_ROLE = {
    "user": {"text", "image", "document", "tool_result", "search_result"},
    "assistant": {"text", "thinking", "redacted_thinking", "tool_use"},
    "system": {"text"},
}
TOOL = set(
    "name description input_schema cache_control strict type defer_loading eager_input_streaming input_examples allowed_callers".split()
)
SOURCES = {"base64": {"media_type", "data"}, "url": {"url"}, "file": {"file_id"}, "text": {"media_type", "data"}, "content": {"content"}}
PATHS = ("/v1/messages", "/v1/messages/count_tokens")


def _text_blocks(faults, value, where):
    """`system` and the like: a text or text blocks."""
    for at, block in enumerate(value if isinstance(value, list) else []):
        faults.members(block, {"type", "text", "cache_control", "citations"}, f"{where}.{at}")
        faults.want(block.get("type") == "text" and block.get("text"), f"{where}.{at}: text content blocks must be non-empty")
    faults.want(isinstance(value, (str, list)), f"{where}: Input should be a valid string or list")


def _block(faults, block, allowed, where):
    if not faults.want(isinstance(block, dict), f"{where}: not an object"):
        return
    kind = block.get("type")
    if not faults.want(kind in allowed, f"{where}: Input tag '{kind}' found using 'type' does not match any of the expected tags"):
        return
    faults.members(block, BLOCKS[kind] | {"type", "cache_control"}, f"{where}.{kind}")
    if kind == "text":
        faults.want(isinstance(block.get("text"), str) and block["text"], f"{where}: text content blocks must be non-empty")
    elif kind in ("image", "document"):
        source = block.get("source")
        if faults.want(isinstance(source, dict) and source.get("type") in SOURCES, f"{where}.source: unknown"):
            faults.members(source, SOURCES[source["type"]] | {"type"}, f"{where}.source")
            faults.want(SOURCES[source["type"]] <= set(source), f"{where}.source: Field required")
    elif kind == "tool_use":
        faults.want(
            re.fullmatch(r"[a-zA-Z0-9_-]+", block.get("id") or ""), f"{where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
        )
        faults.want(re.fullmatch(r"[a-zA-Z0-9_-]{1,200}", block.get("name") or ""), f"{where}.tool_use.name: pattern")
        faults.want(isinstance(block.get("input"), dict), f"{where}.tool_use.input: Input should be an object")
    elif kind == "thinking":
        faults.want(str(block.get("signature", "")).startswith(SIGNATURE), f"{where}: Invalid `signature` in `thinking` block")
    elif kind == "tool_result" and isinstance(block.get("content"), list):
        for at, part in enumerate(block["content"]):
            _block(faults, part, {"text", "image", "document", "search_result", "tool_reference"}, f"{where}.content.{at}")
    elif kind == "tool_result":
        faults.want(isinstance(block.get("content", ""), str), f"{where}.content: neither a text nor a list")


def _results(faults, message, asked, where):
    """The results come first, one for each call of the turn before."""
    blocks = message["content"] if isinstance(message["content"], list) else []
    kinds = ["tool_result" if block.get("type") == "tool_result" else "other" for block in blocks if isinstance(block, dict)]
    faults.want(kinds == sorted(kinds, reverse=True), f"{where}: tool_result blocks must come first")
    given = [block.get("tool_use_id") for block in blocks if isinstance(block, dict) and block.get("type") == "tool_result"]
    for one in asked:
        faults.want(given.count(one) == 1, f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: {one}")
    for one in given:
        faults.want(one in asked, f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {one}")


def _messages(faults, messages, alternating):
    before, asked = None, []
    for at, message in enumerate(messages):
        where = f"messages.{at}"
        if not faults.members(message, {"role", "content"}, where) or not faults.want(
            message.get("role") in OF_ROLE, f"{where}.role: unknown"
        ):
            continue
        role, content = message["role"], message.get("content")
        faults.want(isinstance(content, (str, list)) and content, f"{where}: all messages must have non-empty content")
        for number, block in enumerate(content if isinstance(content, list) else []):
            _block(faults, block, OF_ROLE[role], f"{where}.content.{number}")
        if role == "system":
            faults.want(before, f"{where}: role 'system' cannot come first")
            continue
        faults.want(role != before or not alternating, f"{where}: two turns of {role} in a row")
        if role == "user":
            _results(faults, message, asked, where)
        blocks = content if isinstance(content, list) else []
        asked = (
            [block.get("id") for block in blocks if isinstance(block, dict) and block.get("type") == "tool_use"]
            if role == "assistant"
            else []
        )
        before = role
    faults.want(
        messages and isinstance(messages[0], dict) and messages[0].get("role") == "user", 'messages: first message must use the "user" role'
    )
    faults.want(not asked, "messages: the last turn's tool_use has no tool_result")
    last = messages[-1] if messages else {}
    if isinstance(last, dict) and last.get("role") == "assistant" and isinstance(last.get("content"), str):
        faults.want(last["content"] == last["content"].rstrip(), "messages: final assistant content cannot end with trailing whitespace")


def _tools(faults, body):
    for at, tool in enumerate(body.get("tools", [])):
        if isinstance(tool, dict) and re.fullmatch(r"[a-z_]+_20\d{6}", str(tool.get("type", ""))):
            continue
        if not faults.members(tool, TOOL, f"tools.{at}"):
            continue
        faults.want(tool.get("type", "custom") == "custom", f"tools.{at}.type: unknown tag {tool.get('type')}")
        faults.want(re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", tool.get("name") or ""), f"tools.{at}.name: String should match pattern")
        schema = tool.get("input_schema")
        faults.want(isinstance(schema, dict) and schema.get("type") == "object", f"tools.{at}.input_schema.type: Field required")
    names = [tool.get("name") for tool in body.get("tools", []) if isinstance(tool, dict)]
    faults.want(len(names) == len(set(names)), "tools: Tool names must be unique.")
    if choice := body.get("tool_choice"):
        faults.members(choice, {"type", "name", "disable_parallel_tool_use"}, "tool_choice")
        faults.want(choice.get("type") in ("auto", "any", "tool", "none"), "tool_choice.type: unknown")
        faults.want(body.get("tools"), "tool_choice may only be specified while providing tools")
        faults.want(choice.get("type") != "tool" or choice.get("name") in names, "tool_choice: Tool not found in provided tools")


def _settings(faults, body, version):
    thinks = (body.get("thinking") or {}).get("type") in ("enabled", "adaptive")
    if thinks and body["thinking"]["type"] == "enabled":
        budget = body["thinking"].get("budget_tokens", 0)
        faults.want(1024 <= budget < body.get("max_tokens", 0), "thinking.budget_tokens: at least 1024 and under max_tokens")
    faults.want(not thinks or body.get("temperature", 1) == 1, "`temperature` may only be set to 1 when thinking is enabled")
    faults.want(
        not thinks or body.get("tool_choice", {}).get("type", "auto") in ("auto", "none"),
        "Thinking may not be enabled when tool_choice forces tool use.",
    )
    faults.want(0 <= body.get("temperature", 1) <= 1, "temperature: range: 0..1")
    for name in ("temperature", "top_p", "top_k"):
        faults.want(version != "2026-10-21" or name not in body, f"{name}: Extra inputs are not permitted")
    for one in body.get("stop_sequences", []):
        faults.want(isinstance(one, str) and one.strip(), "stop_sequences: each stop sequence must contain non-whitespace")
    if "metadata" in body:
        faults.members(body["metadata"], {"user_id"}, "metadata")
        faults.want(len(body["metadata"].get("user_id") or "") <= 256, "metadata.user_id: String should have at most 256 characters")
    if "output_config" in body:
        faults.members(body["output_config"], {"effort", "format", "task_budget"}, "output_config")
    faults.want(compact(body).count('"cache_control"') <= 4, "A maximum of 4 blocks with cache_control may be provided.")


def faults_of(path, headers, body, alternating=True):
    """What the vendor would refuse. `alternating`: two turns of a role in a row count, though the vendor joins them."""
    faults = Faults()
    version = headers.get("anthropic-version")
    faults.want(version in ("2023-06-01", "2026-10-21"), "anthropic-version: header is required")
    faults.want(headers.get("x-api-key") or headers.get("authorization", "").startswith("Bearer "), "x-api-key header is required")
    counts = path.endswith("count_tokens")
    for name in body:
        faults.want(name in (COUNTED if counts else TOP), f"{name}: Extra inputs are not permitted")
    faults.want(isinstance(body.get("model"), str), "model: Field required")
    faults.want(counts or (type(body.get("max_tokens")) is int and body["max_tokens"] > 0), "max_tokens: Field required")
    if "context_management" in body:
        faults.want("context-management" in headers.get("anthropic-beta", ""), "context_management: Extra inputs are not permitted")
    if "system" in body:
        _text_blocks(faults, body["system"], "system")
    if faults.want(isinstance(body.get("messages"), list), "messages: Field required"):
        _messages(faults, body["messages"], alternating)
    _tools(faults, body)
    _settings(faults, body, version)
    return faults


def has_result(body):
    return any(
        isinstance(block, dict) and block.get("type") == "tool_result"
        for message in body.get("messages", [])
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for block in message["content"]
    )


def refusal(status, kind, message, code=None):
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_stub"}


def _blocks(turn):
    blocks = []
    if turn.get("thought"):
        blocks.append({"type": "thinking", "thinking": turn["thought"], "signature": SIGNATURE + "1"})
    if turn.get("text"):
        blocks.append({"type": "text", "text": turn["text"]})
    blocks += [{"type": "tool_use", "id": call["id"], "name": call["name"], "input": call["arguments"]} for call in turn.get("calls", [])]
    return blocks


def _stop(turn):
    return {"length": "max_tokens", "refusal": "refusal"}.get(turn.get("end")) or ("tool_use" if turn.get("calls") else "end_turn")


def _usage(output):
    return {
        "input_tokens": PROMPT_TOKENS - CACHED_TOKENS,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": CACHED_TOKENS,
        "output_tokens": output,
        "service_tier": "standard",
    }


def _message(body, content, stop, output):
    return {
        "id": fresh("msg_"),
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": _usage(output),
    }


def answer(path, body, turn):
    if path.endswith("count_tokens"):
        return {"input_tokens": PROMPT_TOKENS}
    return _message(body, _blocks(turn), _stop(turn), ANSWER_TOKENS)


def _deltas(block):
    if block["type"] == "thinking":
        return [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])] + [
            {"type": "signature_delta", "signature": block["signature"]}
        ]
    if block["type"] == "text":
        return [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    return [
        {"type": "input_json_delta", "partial_json": piece} for piece in ["", *(pieces(compact(block["input"])) if block["input"] else [])]
    ]


def stream(body, turn):
    """The events, one text each."""
    yield event({"type": "message_start", "message": _message(body, [], None, 1)})
    for at, block in enumerate(_blocks(turn)):
        empty = {"thinking": {"thinking": "", "signature": ""}, "text": {"text": ""}, "tool_use": {"input": {}}}[block["type"]]
        yield event({"type": "content_block_start", "index": at, "content_block": block | empty})
        if at == 0:
            yield event({"type": "ping"})
        for delta in _deltas(block):
            yield event({"type": "content_block_delta", "index": at, "delta": delta})
        yield event({"type": "content_block_stop", "index": at})
    yield event(
        {"type": "message_delta", "delta": {"stop_reason": _stop(turn), "stop_sequence": None}, "usage": {"output_tokens": ANSWER_TOKENS}}
    )
    yield event({"type": "message_stop"})
