#pragma once
/// The recorded exchanges that ask for a chat, in whatever dialect: by the end of their path, and where the request was not recorded by the
/// name of their case. Replies come as they stood on the wire: unpacked, and in the framing that a recorder took off.

#include "adapters/words/dialect_id.hpp"
#include "adapters/words/header_list.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tests {

struct recording {
  std::string name;       ///< of its file
  std::string provider;
  std::string group;      ///< endpoint and feature, as in chat.tools
  dialect_id dialect = dialect_id::openai_chat;
  bool stream = false;
  std::string request;    ///< its body; empty: not recorded
  int status = 0;
  header_list headers;
  std::string reply;      ///< empty: not recorded in a form that this can read
};

std::string from_base64(std::string_view text);

/// All of a folder, by name.
std::vector<recording> chat_recordings(const std::filesystem::path& folder);

}  // namespace sallyport::tests
