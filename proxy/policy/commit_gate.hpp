#pragma once
/// Holds back what a stream says before it commits, so that another deployment can still take over unseen.

#include "adapters/words/event.hpp"

#include <string>
#include <string_view>

namespace sallyport::policy {

/// Bytes for the client pass through: held until the first committing event, then let through as they come.
class commit_gate {
 public:
  /// Events before the commit are few and small (role, empty deltas, comments); whoever sends more than this is committed to.
  static constexpr std::size_t held_max = 64 * 1024;

  /// Takes one event whose bytes are for the client. After it, take_out() holds what may go to the client now.
  void take(event_kind kind, std::string_view raw);
  /// Nothing more will come that could fail: what is held may go.
  void open();

  bool is_committed() const { return committed_; }
  /// Moves out the bytes that may be written; empty while the gate is closed.
  std::string take_out();

 private:
  std::string held_;
  bool committed_ = false;
};

}  // namespace sallyport::policy
