#pragma once
/// Method and path -> what is asked for. The client API's addresses, in one table.

#include "adapters/words/dialect_id.hpp"
#include "adapters/words/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::stages {

enum class page : std::uint8_t {
  call,         ///< a call to a model
  list_models,
  one_model,
  front_door,   ///< HEAD / and GET /: agents ask whether somebody is there
};

struct endpoint {
  page what = page::call;
  dialect_id speaks = dialect_id::openai_chat;    ///< the client's wire language
  operation asks = operation::chat_completions;   ///< for page::call
  std::string model;                              ///< for page::one_model, percent-decoded
  bool needs_key = true;
};

/// The wire language of whoever asks for that path, known or not: a failure is written in it.
dialect_id dialect_at(std::string_view path);

/// unknown_path or method_not_allowed, with a sentence that names what there is.
result<endpoint> find_endpoint(std::string_view method, std::string_view path);

}  // namespace sallyport::stages
