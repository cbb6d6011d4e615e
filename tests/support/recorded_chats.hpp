#pragma once
/// The recorded chats of this run, read once. Needs SALLYPORT_FIXTURES (corpora.hpp); empty where it is absent.

#include "tests/support/corpora.hpp"
#include "tests/support/recordings.hpp"

namespace sallyport::tests {

inline const std::vector<recording>& recorded_chats() {
  static const std::vector<recording> all = fixtures() ? chat_recordings(*fixtures()) : std::vector<recording>{};
  return all;
}

inline bool is_stream(const recording& one) { return one.status < 300 && one.stream && !one.reply.empty(); }
inline bool is_answer(const recording& one) { return one.status < 300 && !one.stream && one.reply.starts_with("{"); }

}  // namespace sallyport::tests
