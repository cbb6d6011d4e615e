#pragma once
/// What a call of any chat dialect says: the middle of every translation. A dialect reads a client's body into it and writes a provider's
/// request from it. A call whose client and provider speak the same dialect never becomes one: it is relayed byte for byte.
///
/// A field that is not given is empty, so that nothing is written that the client did not say. Two chats that are equal ask for the same.

#include "adapters/words/continuation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// State of a model's reasoning that only its maker can read: a signature, encrypted thoughts. It goes back to the provider that made it,
/// and to nobody else (adapters/opaque_state.hpp says how a client carries it).
struct opaque_state {
  std::string origin;   ///< the provider's name in the configuration; empty: unmarked, of the dialect that the client speaks
  std::string id;       ///< of the item it belongs to, where the dialect has one
  std::string bytes;    ///< as the provider wrote it; may be empty where the thought's text is all that has to come back
  bool operator==(const opaque_state&) const = default;
};

enum class part_kind : std::uint8_t { text, image, audio, file, refusal, reasoning, tool_call, tool_result };

/// An image, a sound or a file. One of url, base64 and file_id is given.
struct media {
  std::string url;
  std::string base64;
  std::string type;      ///< of base64, as in image/png, audio/wav, application/pdf, text/plain (whose `base64` is the text itself)
  std::string file_id;   ///< at the provider
  std::string name;      ///< of a file
  std::string detail;    ///< low, high, auto: how closely an image is looked at
  bool operator==(const media&) const = default;
};

/// "The prompt up to here is worth keeping": a prompt-cache mark, with the time that it asks for (5m, 1h; empty: the provider's).
struct cache_mark {
  std::string ttl;
  bool operator==(const cache_mark&) const = default;
};

/// One piece of a message, or of an answer.
struct part {
  part_kind kind = part_kind::text;
  std::string text;      ///< text, refusal, reasoning; of a tool call its arguments (JSON text, or free text for a custom tool)
  media of;              ///< image, audio, file
  std::string id;        ///< of a tool call, and of the call that a tool result answers
  std::string name;      ///< of a tool call
  bool is_custom = false;             ///< tool call and result: of a tool that takes free text
  bool is_error = false;              ///< tool result
  std::vector<part> content;          ///< tool result: texts, images, files
  std::optional<opaque_state> state;  ///< reasoning
  std::string logprobs;               ///< of an answer's text: a JSON array of tokens, as OpenAI writes it; empty: none
  std::optional<cache_mark> cached;
  bool operator==(const part&) const = default;
};

enum class role : std::uint8_t { system, developer, user, assistant, tool };

/// A message of the role `tool` holds one tool result and nothing else; tool calls, reasoning and refusals stand with an assistant only.
struct message {
  role from = role::user;
  std::vector<part> parts;
  std::string name;      ///< of who speaks, where the dialect has one
  bool operator==(const message&) const = default;
};

enum class tool_kind : std::uint8_t {
  function,   ///< takes JSON
  custom,     ///< takes free text
  hosted,     ///< the provider runs it, or knows its schema (web_search, bash_20250124): `name` is its type; no other dialect has it
};

struct tool {
  tool_kind kind = tool_kind::function;
  std::string name;
  std::string description;
  std::string schema;            ///< JSON text of the parameters' JSON Schema; empty: takes none
  std::string grammar;           ///< custom: JSON text of the `format` of OpenAI's Responses; empty: any text
  std::optional<bool> strict;
  std::optional<cache_mark> cached;
  bool operator==(const tool&) const = default;
};

enum class tool_use : std::uint8_t { unset, automatic, none, required, named };

struct tool_choice {
  tool_use use = tool_use::unset;
  std::string name;                     ///< named
  std::vector<std::string> allowed;     ///< automatic, required: only these; empty: all
  std::optional<bool> parallel;         ///< more than one call in an answer
  bool operator==(const tool_choice&) const = default;
};

enum class format_kind : std::uint8_t { unset, text, json_object, json_schema };

struct output_format {
  format_kind kind = format_kind::unset;
  std::string name;
  std::string description;
  std::string schema;            ///< JSON text
  std::optional<bool> strict;
  bool operator==(const output_format&) const = default;
};

/// How much a model is to think. Dialects say it in three ways: a word, a number of tokens, or on and off.
struct reasoning_wish {
  enum class mode : std::uint8_t { unset, off, on, adaptive };
  mode is = mode::unset;
  std::string effort;                        ///< none, minimal, low, medium, high, xhigh, max
  std::optional<std::int64_t> budget;        ///< tokens
  std::string summary;                       ///< auto, concise, detailed: thoughts are to be told
  bool operator==(const reasoning_wish&) const = default;
};

struct sampling {
  std::optional<double> temperature, top_p, presence_penalty, frequency_penalty;
  std::optional<std::int64_t> top_k, seed;
  std::vector<std::string> stop;
  bool logprobs = false;
  std::optional<std::int64_t> top_logprobs;
  std::string logit_bias;                    ///< JSON text
  int choices = 1;                           ///< n
  bool operator==(const sampling&) const = default;
};

struct chat {
  std::vector<message> messages;
  std::vector<tool> tools;
  tool_choice choice;
  output_format format;
  reasoning_wish reasoning;
  sampling how;
  std::optional<std::int64_t> max_tokens;
  bool stream = false;
  std::string user;                          ///< the client's name for its end user
  std::string verbosity;                     ///< low, medium, high
  std::string service_tier;
  std::string prompt_cache_key;
  std::string metadata;                      ///< JSON text of an object of strings
  std::optional<bool> store;                 ///< the provider is asked to keep it
  std::optional<cache_mark> cached;          ///< the provider is to place its marks itself
  /// The last message is an answer's beginning, which is to be gone on with in that way.
  continuation goes_on = continuation::none;
  /// Fields that were given and have no place here, by the name that they have in the client's dialect: what only that dialect knows.
  std::vector<std::string> foreign;
  bool operator==(const chat&) const = default;
};

}  // namespace sallyport
