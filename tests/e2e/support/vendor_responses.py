"""OpenAI's Responses API as a strict stub: it refuses what the vendor refuses, and answers as a script says."""

import re

from vendor_checks import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, THOUGHT_TOKENS, Faults, compact, event, fresh, pieces

SEALED = "sealed-by-the-stub-"
TOP = set("""model input background context_management conversation include instructions max_output_tokens max_tool_calls metadata
    parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier
    store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user client_metadata""".split())
ITEMS = {
    "message": {"id", "role", "content", "status", "phase"},
    "function_call": {"id", "call_id", "name", "arguments", "status", "namespace"},
    "function_call_output": {"id", "call_id", "output", "status"},
    "reasoning": {"id", "summary", "content", "encrypted_content", "status"},
    "custom_tool_call": {"id", "call_id", "name", "input", "status"},
    "custom_tool_call_output": {"id", "call_id", "output", "status"},
    "item_reference": {"id"},
    "web_search_call": {"id", "status", "action"},
}
PREFIX = {"message": "msg", "function_call": "fc", "reasoning": "rs", "custom_tool_call": "ctc"}
PARTS = {
    "input_text": {"text"},
    "input_image": {"image_url", "detail", "file_id"},
    "input_file": {"file_data", "file_id", "file_url", "filename"},
    "output_text": {"text", "annotations", "logprobs"},
    "refusal": {"refusal"},
}
HOSTED = set("""web_search web_search_preview file_search code_interpreter image_generation mcp local_shell shell apply_patch tool_search
    namespace computer_use_preview""".split())
TOOL = {"function": {"type", "name", "description", "parameters", "strict"}, "custom": {"type", "name", "description", "format"}}
PATHS = ("/v1/responses",)


def _parts(faults, content, allowed, where):
    if not isinstance(content, list):
        faults.want(isinstance(content, str), f"{where}: expected a string or an array")
        return
    for at, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        if faults.want(kind in allowed, f"Invalid value: '{kind}'. {where}[{at}].type: supported values are {sorted(allowed)}"):
            faults.members(part, PARTS[kind] | {"type"}, f"{where}[{at}]")
            if "text" in PARTS[kind]:
                faults.texts(part, ["text"], f"{where}[{at}]")


def _item(faults, item, where):
    """Its kind, or None."""
    if not faults.want(isinstance(item, dict), f"{where}: expected an object"):
        return None
    kind = item.get("type", "message" if "role" in item else None)
    if not faults.want(kind in ITEMS, f"{where}: Invalid value: '{kind}'"):
        return None
    faults.members(item, ITEMS[kind] | {"type"}, where)
    if kind in PREFIX and "id" in item:
        faults.want(
            str(item["id"]).startswith(PREFIX[kind]),
            f"Invalid '{where}.id': '{item['id']}'. Expected an ID that begins with '{PREFIX[kind]}'.",
        )
    if kind == "message":
        faults.want(item.get("role") in ("user", "system", "developer", "assistant"), f"{where}.role: Invalid value: {item.get('role')}")
        _parts(
            faults,
            item.get("content"),
            {"output_text", "refusal"} if item.get("role") == "assistant" else {"input_text", "input_image", "input_file"},
            f"{where}.content",
        )
    elif kind in ("function_call", "custom_tool_call"):
        faults.texts(item, ["call_id", "name", "arguments" if kind == "function_call" else "input"], where)
        faults.want(len(item.get("call_id") or "") <= 64, f"{where}.call_id: string too long, at most 64")
        faults.want(re.fullmatch(r"[a-zA-Z0-9_-]+", item.get("name") or ""), f"{where}.name: does not match pattern")
    elif kind.endswith("_output"):
        faults.texts(item, ["call_id"], where)
        _parts(faults, item.get("output"), {"input_text", "input_image", "input_file"}, f"{where}.output")
    elif kind == "reasoning":
        faults.want(isinstance(item.get("summary"), list), f"{where}.summary: Missing required parameter")
        sealed = item.get("encrypted_content")
        faults.want(
            isinstance(sealed, str), f"Item with id '{item.get('id')}' not found. Items are not persisted when `store` is set to false."
        )
        faults.want(sealed is None or str(sealed).startswith(SEALED), f"{where}: The encrypted content could not be verified.")
    return kind


def _input(faults, items):
    calls, outputs, kinds = [], [], []
    for at, item in enumerate(items):
        kind = _item(faults, item, f"input[{at}]")
        kinds.append(kind)
        if kind in ("function_call", "custom_tool_call"):
            faults.want(item.get("call_id") not in calls, f"input[{at}]: Duplicate item found with call_id {item.get('call_id')}")
            calls.append(item.get("call_id"))
        elif kind in ("function_call_output", "custom_tool_call_output"):
            faults.want(item.get("call_id") in calls, f"No tool call found for function call output with call_id {item.get('call_id')}.")
            outputs.append(item.get("call_id"))
        elif kind is None and isinstance(item, dict):
            outputs.append(item.get("call_id"))
    for one in calls:
        faults.want(one in outputs, f"No tool output found for function call {one}.")
    for at, kind in enumerate(kinds):
        followed = at + 1 < len(kinds) and kinds[at + 1] in ("reasoning", "message", "function_call", "custom_tool_call")
        faults.want(
            kind != "reasoning" or followed,
            f"Item '{items[at].get('id')}' of type 'reasoning' was provided without its required following item.",
        )


def _tools(faults, body):
    names = []
    for at, tool in enumerate(body.get("tools", [])):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if not faults.want(kind in TOOL or kind in HOSTED, f"Invalid value: '{kind}'. tools[{at}].type") or kind in HOSTED:
            continue
        faults.members(tool, TOOL[kind], f"tools[{at}]")
        faults.want(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool.get("name") or ""), f"tools[{at}].name: does not match pattern")
        names.append(tool.get("name"))
        schema = tool.get("parameters", {"type": "object"})
        faults.want(isinstance(schema, dict) and schema.get("type") == "object", f"tools[{at}].parameters: schema must be of type object")
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        faults.want("function" not in choice, "Unknown parameter: 'tool_choice.function'.")
        faults.want(
            choice.get("type") != "function" or choice.get("name") in names, "Tool choice 'function' not found in 'tools' parameter."
        )
    else:
        faults.want(choice in (None, "none", "auto", "required"), "tool_choice: Invalid value")
    faults.want(choice in (None, "auto", "none") or body.get("tools"), "Tool choice 'required' must be specified with 'tools' parameter.")


def _settings(faults, body):
    faults.want(
        body.get("max_output_tokens", 16) >= 16, "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16."
    )
    if "text" in body and faults.members(body["text"], {"format", "verbosity"}, "text") and isinstance(body["text"].get("format"), dict):
        form = body["text"]["format"]
        faults.members(form, {"type", "name", "schema", "strict", "description"}, "text.format")
        faults.want(form.get("type") != "json_schema" or {"name", "schema"} <= set(form), "Missing required parameter: 'text.format.name'.")
    if body.get("reasoning") is not None:
        faults.members(body["reasoning"], {"effort", "summary", "generate_summary", "context"}, "reasoning")
    if "stream_options" in body:
        faults.members(body["stream_options"], {"include_obfuscation"}, "stream_options")
        faults.want(body.get("stream"), "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    for name in ("user", "safety_identifier", "prompt_cache_key"):
        faults.want(len(body.get(name) or "") <= 64, f"Invalid '{name}': string too long. Expected a string with maximum length 64")
    for key, value in (body.get("metadata") or {}).items():
        faults.want(isinstance(value, str) and len(value) <= 512 and len(key) <= 64, f"metadata.{key}: expected a string of at most 512")


def faults_of(path, headers, body, alternating=True):
    """What the vendor would refuse."""
    faults = Faults()
    faults.want(headers.get("authorization", "").startswith("Bearer "), "You didn't provide an API key.")
    for name in body:
        faults.want(name in TOP, f"Unknown parameter: '{name}'.")
    faults.want(isinstance(body.get("model"), str), "Missing required parameter: 'model'.")
    if faults.want(isinstance(body.get("input"), (str, list)), "Missing required parameter: 'input'.") and isinstance(body["input"], list):
        _input(faults, body["input"])
    faults.want(not body.get("previous_response_id"), f"Previous response with id '{body.get('previous_response_id')}' not found.")
    _tools(faults, body)
    _settings(faults, body)
    return faults


def has_result(body):
    return isinstance(body.get("input"), list) and any(
        str(item.get("type", "")).endswith("_output") for item in body["input"] if isinstance(item, dict)
    )


def refusal(status, kind, message, code=None):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _items(turn):
    items = []
    if turn.get("thought"):
        items.append(
            {
                "id": fresh("rs_"),
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": turn["thought"]}],
                "encrypted_content": SEALED + "1",
            }
        )
    if turn.get("text"):
        items.append(
            {
                "id": fresh("msg_"),
                "type": "message",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": turn["text"]}],
            }
        )
    for call in turn.get("calls", []):
        if isinstance(call["arguments"], str):
            items.append(
                {
                    "id": "ctc_" + call["id"],
                    "type": "custom_tool_call",
                    "status": "completed",
                    "call_id": call["id"],
                    "name": call["name"],
                    "input": call["arguments"],
                }
            )
        else:
            items.append(
                {
                    "id": "fc_" + call["id"],
                    "type": "function_call",
                    "status": "completed",
                    "arguments": compact(call["arguments"]),
                    "call_id": call["id"],
                    "name": call["name"],
                }
                | ({"namespace": call["namespace"]} if "namespace" in call else {})
            )
    return items


def _response(id, body, status, items, turn=None):
    usage = (
        None
        if turn is None
        else {
            "input_tokens": PROMPT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": ANSWER_TOKENS,
            "output_tokens_details": {"reasoning_tokens": THOUGHT_TOKENS if turn.get("thought") else 0},
            "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
        }
    )
    incomplete = {"length": "max_output_tokens", "refusal": "content_filter"}.get((turn or {}).get("end"))
    return {
        "id": id,
        "object": "response",
        "created_at": 1771445904,
        "status": "incomplete" if incomplete else status,
        "background": False,
        "error": None,
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": body["model"],
        "output": items,
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": body.get("store", True),
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools", []),
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": usage,
        "user": None,
        "metadata": body.get("metadata") or {},
    }


def answer(path, body, turn):
    return _response(fresh("resp_"), body, "completed", _items(turn), turn)


def _inside(item):
    """The events between an item's beginning and its end: (type, members)."""
    if item["type"] == "reasoning":
        text = item["summary"][0]["text"]
        yield "reasoning_summary_part.added", {"summary_index": 0, "part": {"type": "summary_text", "text": ""}}
        for piece in pieces(text):
            yield "reasoning_summary_text.delta", {"summary_index": 0, "delta": piece}
        yield "reasoning_summary_text.done", {"summary_index": 0, "text": text}
        yield "reasoning_summary_part.done", {"summary_index": 0, "part": {"type": "summary_text", "text": text}}
    elif item["type"] == "message":
        part = item["content"][0]
        yield "content_part.added", {"content_index": 0, "part": part | {"text": ""}}
        for piece in pieces(part["text"]):
            yield "output_text.delta", {"content_index": 0, "delta": piece, "logprobs": []}
        yield "output_text.done", {"content_index": 0, "text": part["text"], "logprobs": []}
        yield "content_part.done", {"content_index": 0, "part": part}
    else:
        name, member = ("function_call_arguments", "arguments") if item["type"] == "function_call" else ("custom_tool_call_input", "input")
        for piece in pieces(item[member]):
            yield name + ".delta", {"delta": piece}
        yield name + ".done", {member: item[member]}


def _events(body, turn):
    id = fresh("resp_")
    yield "created", {"response": _response(id, body, "in_progress", [])}
    yield "in_progress", {"response": _response(id, body, "in_progress", [])}
    items = _items(turn)
    for at, item in enumerate(items):
        empty = {
            "reasoning": {"summary": []},
            "message": {"content": []},
            "function_call": {"arguments": ""},
            "custom_tool_call": {"input": ""},
        }[item["type"]]
        begun = item | empty | ({"status": "in_progress"} if "status" in item else {})
        yield "output_item.added", {"output_index": at, "item": begun}
        for name, members in _inside(item):
            yield name, {"item_id": item["id"], "output_index": at} | members
        yield "output_item.done", {"output_index": at, "item": item}
    whole = _response(id, body, "completed", items, turn)
    yield whole["status"], {"response": whole}


def stream(body, turn):
    """The events, one text each."""
    for number, (name, members) in enumerate(_events(body, turn)):
        yield event({"type": "response." + name} | members | {"sequence_number": number})
