#pragma once
/// What a request of a chat says, read by Boost.JSON apart from the dialects: what a client wrote and what a provider of another dialect is
/// sent are compared by these words.

#include "adapters/words/dialect_id.hpp"

#include <map>
#include <string>
#include <vector>

namespace sallyport::tests {

struct request_words {
  std::string system;                          ///< all that is said by system and developer
  std::vector<std::string> turns;              ///< who says what, calls and results by their number, images by their bytes; no thoughts
  std::vector<std::string> tools;              ///< of the client: name and schema
  std::map<std::string, std::string> settings; ///< by the name in openai_chat
};

request_words words_of_request(dialect_id of, const std::string& body);

/// What `given` lacks of `asked`, a line each; what `told` names may be missing.
std::string lost(const request_words& asked, const request_words& given, const std::vector<std::string>& told);

}  // namespace sallyport::tests
