"""OpenAI's chat completions as a strict stub: it refuses what the vendor refuses, and answers as a script says."""

import re

from vendor_checks import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, THOUGHT_TOKENS, Faults, compact, event, fresh, pieces

TOP = set("""model messages audio frequency_penalty logit_bias logprobs max_completion_tokens max_tokens metadata modalities n
    parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format
    safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user
    verbosity web_search_options""".split())
OF_ROLE = {
    "system": {"content", "name"},
    "developer": {"content", "name"},
    "user": {"content", "name"},
    "tool": {"content", "tool_call_id"},
    "assistant": {"content", "name", "refusal", "tool_calls", "audio", "reasoning_content"},
}
PARTS = {"text": {"text"}, "image_url": {"image_url"}, "input_audio": {"input_audio"}, "file": {"file"}, "refusal": {"refusal"}}
PARTS_OF_ROLE = {"user": {"text", "image_url", "input_audio", "file"}, "assistant": {"text", "refusal"}}
PATHS = ("/v1/chat/completions",)


def _content(faults, content, role, where):
    if isinstance(content, list):
        faults.want(content, f"{where}: [] is too short")
        for at, part in enumerate(content):
            kind = part.get("type") if isinstance(part, dict) else None
            if faults.want(kind in PARTS_OF_ROLE.get(role, {"text"}), f"{where}[{at}]: Invalid value: '{kind}'"):
                faults.members(part, PARTS[kind] | {"type"}, f"{where}[{at}]")
                faults.want(PARTS[kind] <= set(part), f"{where}[{at}]: Missing required parameter")
                detail = (part.get("image_url") or {}).get("detail", "auto")
                faults.want(detail in ("auto", "low", "high"), f"{where}[{at}].image_url.detail: Invalid value: '{detail}'")
    else:
        faults.want(isinstance(content, str), f"{where}: expected a string or list")


def _calls(faults, calls, where):
    faults.want(isinstance(calls, list) and calls, f"{where}: [] is too short")
    for at, call in enumerate(calls or []):
        here = f"{where}[{at}]"
        if faults.members(call, {"id", "type", call.get("type")}, here):
            faults.texts(call, ["id"], here)
            faults.want(len(call.get("id") or "") <= 40, f"Invalid '{here}.id': string too long. Expected a string with maximum length 40")
            body = call.get(call.get("type")) or {}
            faults.want(call.get("type") in ("function", "custom"), f"{here}.type: unknown")
            faults.members(body, {"name", "arguments"} if call.get("type") == "function" else {"name", "input"}, here)
            faults.texts(body, ["name", "arguments" if call.get("type") == "function" else "input"], here)


def _messages(faults, messages):
    open_calls = []
    for at, message in enumerate(messages):
        where, role = f"messages[{at}]", message.get("role")
        if not faults.want(role in OF_ROLE, f"{where}.role: Invalid value: '{role}'"):
            continue
        faults.members(message, OF_ROLE[role] | {"role"}, where)
        if role == "tool":
            faults.want(
                message.get("tool_call_id") in open_calls,
                f"{where}: messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
            )
            open_calls = [one for one in open_calls if one != message.get("tool_call_id")]
        else:
            faults.want(not open_calls, f"{where}: tool_call_ids did not have response messages: {open_calls}")
        if role == "assistant":
            open_calls = [call.get("id") for call in message.get("tool_calls") or []]
            if "tool_calls" in message:
                _calls(faults, message["tool_calls"], f"{where}.tool_calls")
            if message.get("content") is None:
                faults.want(message.get("tool_calls") or message.get("refusal"), f"{where}.content: expected a string, got null")
                continue
        _content(faults, message.get("content"), role, f"{where}.content")
    faults.want(not open_calls, f"messages: tool_call_ids did not have response messages: {open_calls}")
    faults.want(messages, "messages: [] is too short")


def _tools(faults, body):
    for at, tool in enumerate(body.get("tools", [])):
        where, kind = f"tools[{at}]", tool.get("type")
        if not faults.want(kind in ("function", "custom"), f"{where}.type: Invalid value: '{kind}'") or not faults.members(
            tool, {"type", kind}, where
        ):
            continue
        inner = tool.get(kind)
        if faults.members(
            inner,
            {"name", "description", "parameters", "strict"} if kind == "function" else {"name", "description", "format"},
            f"{where}.{kind}",
        ):
            faults.want(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", inner.get("name") or ""), f"{where}.{kind}.name: does not match pattern")
            schema = inner.get("parameters", {"type": "object"})
            faults.want(
                isinstance(schema, dict) and schema.get("type") == "object", f"{where}.function.parameters: schema must be of type object"
            )
    choice = body.get("tool_choice")
    faults.want(choice is None or body.get("tools"), "tool_choice is only allowed when 'tools' are specified")
    faults.want("parallel_tool_calls" not in body or body.get("tools"), "'parallel_tool_calls' is only allowed when 'tools' are specified")
    if isinstance(choice, dict):
        faults.members(choice, {"type", choice.get("type")}, "tool_choice")
    else:
        faults.want(choice in (None, "none", "auto", "required"), "tool_choice: Invalid value")


def faults_of(path, headers, body, alternating=True):
    """What the vendor would refuse."""
    faults = Faults()
    faults.want(headers.get("authorization", "").startswith("Bearer "), "You didn't provide an API key.")
    for name in body:
        faults.want(name in TOP, f"Unrecognized request argument supplied: {name}")
    faults.want(isinstance(body.get("model"), str), "you must provide a model parameter")
    if faults.want(isinstance(body.get("messages"), list) and all(isinstance(one, dict) for one in body["messages"]), "messages: required"):
        _messages(faults, body["messages"])
    _tools(faults, body)
    faults.want(
        "stream_options" not in body or body.get("stream"), "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    )
    faults.want("max_tokens" not in body or "max_completion_tokens" not in body, "max_tokens and max_completion_tokens cannot both be set")
    stop = body.get("stop")
    faults.want(stop is None or isinstance(stop, str) or (isinstance(stop, list) and 1 <= len(stop) <= 4), "stop: too long")
    if "response_format" in body:
        faults.members(body["response_format"], {"type", "json_schema"}, "response_format")
    faults.want(len(body.get("user") or "") <= 64, "Invalid 'user': string too long. Expected a string with maximum length 64")
    for key, value in (body.get("metadata") or {}).items():
        faults.want(isinstance(value, str) and len(value) <= 512 and len(key) <= 64, f"metadata.{key}: expected a string of at most 512")
    return faults


def has_result(body):
    return any(isinstance(message, dict) and message.get("role") == "tool" for message in body.get("messages", []))


def refusal(status, kind, message, code=None):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _calls_of(turn):
    return [
        {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": compact(call["arguments"])}}
        for call in turn.get("calls", [])
    ]


def _finish(turn):
    return {"length": "length", "refusal": "content_filter"}.get(turn.get("end")) or ("tool_calls" if turn.get("calls") else "stop")


def _usage(turn):
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": ANSWER_TOKENS,
        "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": THOUGHT_TOKENS if turn.get("thought") else 0, "audio_tokens": 0},
    }


def answer(path, body, turn):
    message = {"role": "assistant", "content": turn.get("text"), "refusal": None, "annotations": []}
    if turn.get("thought"):
        message["reasoning_content"] = turn["thought"]
    if turn.get("calls"):
        message["tool_calls"] = _calls_of(turn)
    return {
        "id": fresh("chatcmpl-"),
        "object": "chat.completion",
        "created": 1771445904,
        "model": body["model"],
        "service_tier": "default",
        "system_fingerprint": "fp_stub",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(turn)}],
        "usage": _usage(turn),
    }


def stream(body, turn):
    """The events, one text each."""
    id = fresh("chatcmpl-")
    asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(delta, finish=None, **more):
        head = {"id": id, "object": "chat.completion.chunk", "created": 1771445904, "model": body["model"], "system_fingerprint": "fp_stub"}
        choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
        return event(head | {"choices": choices} | ({"usage": None} if asked else {}) | more)

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(turn.get("thought", "")):
        yield chunk({"reasoning_content": piece})
    for piece in pieces(turn.get("text", "")):
        yield chunk({"content": piece})
    for at, call in enumerate(_calls_of(turn)):
        yield chunk({"tool_calls": [call | {"index": at, "function": call["function"] | {"arguments": ""}}]})
        for piece in pieces(call["function"]["arguments"]):
            yield chunk({"tool_calls": [{"index": at, "function": {"arguments": piece}}]})
    yield chunk({}, _finish(turn))
    if asked:
        yield chunk(None, usage=_usage(turn))
    yield "data: [DONE]\n\n"
