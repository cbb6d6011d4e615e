"""What client and upstream of a counted gateway say, the same in every dialect.

A call of 2 KB (instructions, turns, two tools, the result of one), an answer of 2 KB, a stream of short pieces of text.
"""
import dataclasses
import json

from gateway_run import KEY

BODY_BYTES = 2048
PIECE_OF_TEXT = "lorem ipsum dolor sit "  # of one streamed event
DIALECTS = ("openai_chat", "anthropic_messages", "openai_responses")
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
TERMINATOR = b"0\r\n\r\n"


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a client sends."""
    plain: bytes
    streamed: bytes


@dataclasses.dataclass(frozen=True)
class Answered:
    """What an upstream sends: a whole reply; of a stream its head with what stands before the text, one event, what stands behind."""
    reply: bytes
    opening: bytes
    event: bytes
    closing: bytes
    sign: bytes = PIECE_OF_TEXT.encode()  # what a client receives once for each event, in whatever dialect


def padded(shape, total):
    """JSON of `total` bytes: the text called FILL takes what is left."""
    short = json.dumps(shape, separators=(",", ":"))
    fill = ("lorem ipsum dolor sit amet " * (total // 27 + 1))[: total - len(short) + len("FILL")]
    return short.replace("FILL", fill).encode()


def request(path, port, body, headers):
    head = (f"POST /v1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}Content-Type: application/json\r\nAccept: */*\r\n"
            f"User-Agent: bench\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def reply(body):
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def framed(event):
    return b"%x\r\n%s\r\n" % (len(event), event)


def data(said):
    return framed(b"data: " + json.dumps(said, separators=(",", ":")).encode() + b"\n\n")


def named(said):
    return framed(f"event: {said['type']}\ndata: {json.dumps(said, separators=(',', ':'))}\n\n".encode())


def list_models(port):
    return f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


# ---- openai_chat, two messages: what the first three figures of the gate are about ----

EVENT_BYTES = 150


def short_asked(port):
    def body(streamed):
        return padded({"model": "chat", "stream": streamed, "messages": [{"role": "system", "content": "You are terse."},
                                                                        {"role": "user", "content": "FILL"}]}, BODY_BYTES)
    return Asked(*(request("chat/completions", port, body(stream), f"Authorization: Bearer {KEY}\r\n") for stream in (False, True)))


def short_answered():
    said = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1700000000, "model": "m"}
    whole = padded({"id": "chatcmpl-bench", "object": "chat.completion", "created": 1700000000, "model": "stub-model",
                    "choices": [{"index": 0, "message": {"role": "assistant", "content": "FILL"}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 480, "completion_tokens": 420, "total_tokens": 900}}, BODY_BYTES)
    event = padded(said | {"choices": [{"index": 0, "delta": {"content": "FILL"}}]}, EVENT_BYTES - len("data: \n\n"))
    last = data(said | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return Answered(reply(whole), STREAM_HEAD, framed(b"data: " + event + b"\n\n"), last + framed(b"data: [DONE]\n\n") + TERMINATOR,
                    sign=b"data: ")


# ---- what the translations are about ----

SYSTEM = "You are the assistant of a travel agency. Answer briefly; look up what you do not know."
TURNS = (("user", "Which trains go from Turin to Milan in the evening?"), ("assistant", "There are several; do you want a fast one?"),
         ("user", "Yes, and tell me what the weather will be."))
CALL_ID = "call_0123456789abcdef"
ARGUMENTS = {"city": "Milan", "day": "2026-11-27"}
RESULT = "FILL"


def schema(**members):
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


TOOLS = (("look_up_weather", "The forecast of one city and day.",
          schema(city={"type": "string"}, day={"type": "string", "description": "as in 2026-11-27"})),
         ("look_up_trains", "Trains between two cities.",
          schema(start={"type": "string"}, end={"type": "string"}, fast={"type": "boolean"})))


# ---- openai_chat ----

def chat_call(model, stream):
    turns = [{"role": role, "content": text} for role, text in (("system", SYSTEM), *TURNS)]
    called = {"name": TOOLS[0][0], "arguments": json.dumps(ARGUMENTS)}
    return {"model": model, "max_tokens": 500, "temperature": 0.5, "stream": stream, "messages": [
        *turns, {"role": "assistant", "content": None, "tool_calls": [{"id": CALL_ID, "type": "function", "function": called}]},
        {"role": "tool", "tool_call_id": CALL_ID, "content": RESULT}],
        "tools": [{"type": "function", "function": {"name": name, "description": text, "parameters": takes}}
                  for name, text, takes in TOOLS]}


def chat_answer():
    def chunk(choices, **more):
        said = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1700000000, "model": "m"}
        return data(said | {"choices": choices} | more)

    def delta(said, finish=None):
        return [{"index": 0, "delta": said, "finish_reason": finish}]

    whole = {"id": "chatcmpl-bench", "object": "chat.completion", "created": 1700000000, "model": "m",
             "choices": [{"index": 0, "message": {"role": "assistant", "content": "FILL"}, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 480, "completion_tokens": 420, "total_tokens": 900}}
    return Answered(reply(padded(whole, BODY_BYTES)), STREAM_HEAD + chunk(delta({"role": "assistant", "content": ""})),
                    chunk(delta({"content": PIECE_OF_TEXT})),
                    chunk(delta({}, "stop")) + chunk([], usage={"prompt_tokens": 480, "completion_tokens": 420, "total_tokens": 900}) +
                    framed(b"data: [DONE]\n\n") + TERMINATOR)


# ---- anthropic_messages ----

def messages_call(model, stream):
    return {"model": model, "max_tokens": 500, "temperature": 0.5, "stream": stream, "system": SYSTEM, "messages": [
        *({"role": role, "content": text} for role, text in TURNS),
        {"role": "assistant", "content": [{"type": "tool_use", "id": CALL_ID, "name": TOOLS[0][0], "input": ARGUMENTS}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": CALL_ID, "content": RESULT}]}],
        "tools": [{"name": name, "description": text, "input_schema": takes} for name, text, takes in TOOLS]}


def messages_answer():
    def message(content, stop, written):
        return {"id": "msg_bench", "type": "message", "role": "assistant", "model": "m", "content": content, "stop_reason": stop,
                "stop_sequence": None, "usage": {"input_tokens": 480, "output_tokens": written}}

    opening = (named({"type": "message_start", "message": message([], None, 1)}) +
               named({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}))
    event = named({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": PIECE_OF_TEXT}})
    closing = (named({"type": "content_block_stop", "index": 0}) +
               named({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                      "usage": {"output_tokens": 420}}) +
               named({"type": "message_stop"}))
    return Answered(reply(padded(message([{"type": "text", "text": "FILL"}], "end_turn", 420), BODY_BYTES)), STREAM_HEAD + opening, event,
                    closing + TERMINATOR)


# ---- openai_responses ----

def responses_call(model, stream):
    def said(role, text):
        return {"role": role, "content": [{"type": "input_text" if role == "user" else "output_text", "text": text}]}

    return {"model": model, "max_output_tokens": 500, "temperature": 0.5, "stream": stream, "store": False, "instructions": SYSTEM,
            "input": [
        *(said(role, text) for role, text in TURNS),
        {"type": "function_call", "call_id": CALL_ID, "name": TOOLS[0][0], "arguments": json.dumps(ARGUMENTS)},
        {"type": "function_call_output", "call_id": CALL_ID, "output": RESULT}],
        "tools": [{"type": "function", "name": name, "description": text, "parameters": takes} for name, text, takes in TOOLS]}


def responses_answer():
    def text_part(text):
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def item(status, content):
        return {"id": "msg_bench", "type": "message", "status": status, "content": content, "role": "assistant"}

    def response(status, output, usage=None):
        return {"id": "resp_bench", "object": "response", "created_at": 1700000000, "status": status, "error": None,
                "incomplete_details": None, "model": "m", "output": output, "parallel_tool_calls": True, "store": False, "usage": usage}

    usage = {"input_tokens": 480, "output_tokens": 420, "total_tokens": 900}
    at = {"item_id": "msg_bench", "output_index": 0, "content_index": 0}
    opening = (named({"type": "response.created", "sequence_number": 0, "response": response("in_progress", [])}) +
               named({"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": item("in_progress", [])}) +
               named({"type": "response.content_part.added", "sequence_number": 2, **at, "part": text_part("")}))
    event = named({"type": "response.output_text.delta", "sequence_number": 3, **at, "delta": PIECE_OF_TEXT, "logprobs": []})
    # Short ones: what the last events repeat is the same in all counts, and no text of the events between.
    closing = (named({"type": "response.output_text.done", "sequence_number": 4, **at, "text": "end", "logprobs": []}) +
               named({"type": "response.output_item.done", "sequence_number": 5, "output_index": 0,
                      "item": item("completed", [text_part("end")])}) +
               named({"type": "response.completed", "sequence_number": 6,
                      "response": response("completed", [item("completed", [text_part("end")])], usage)}))
    whole = response("completed", [item("completed", [text_part("FILL")])], usage)
    return Answered(reply(padded(whole, BODY_BYTES)), STREAM_HEAD + opening, event, closing + TERMINATOR)


BEARER = f"Authorization: Bearer {KEY}\r\n"
CALLS = {"openai_chat": ("chat/completions", chat_call, BEARER),
         "anthropic_messages": ("messages", messages_call, f"x-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n"),
         "openai_responses": ("responses", responses_call, BEARER)}
ANSWERS = {"openai_chat": chat_answer, "anthropic_messages": messages_answer, "openai_responses": responses_answer}


def asked(dialect, model, port):
    path, shape, headers = CALLS[dialect]
    return Asked(*(request(path, port, padded(shape(model, stream), BODY_BYTES), headers) for stream in (False, True)))


def answered(dialect):
    return ANSWERS[dialect]()
