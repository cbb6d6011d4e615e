#pragma once
/// sallyport explain: the decision for a request without sending it, by the router's own code. Needs no key and no network.

#include <cstdint>
#include <string>

namespace sallyport::commands {

struct explain_options {
  std::string file;         ///< configuration
  std::string team;
  std::string key;          ///< its name; one of the configuration
  std::string model;
  std::string data_class;
  std::string body;         ///< a file with the body of a request; `model` overrides its own
  std::string dialect;      ///< what the body is written in; empty: openai_chat
  std::int64_t prompt_tokens = -1;   ///< instead of the body's estimate; below zero: not given
  std::int64_t max_tokens = -1;
  std::string tags;         ///< as x-sallyport-tags
  std::string at;           ///< when; empty: now
  bool json = false;
};

int explain(const explain_options& options);

}  // namespace sallyport::commands
