#pragma once
/// The side of a running gateway that can be replaced: a local socket in its state folder, at which a successor asks for the listening
/// sockets, then for the store, and at last says that it serves. Until that last word the successor may fail in any way, and this gateway
/// goes on: it closes nothing and gives nothing up that it cannot have back.
///
///     successor                  this gateway
///     take 1            ->
///                       <-       api, admin: a note with its descriptor for each socket; then: all
///     store             ->       lets go of the store, when what it holds has been written
///                       <-       free
///     serving [api] [admin] ->   which of the sockets the successor goes on with
///                       <-       done; drains and ends
///                       <-       refused: why (at any point)
///
/// Belongs to one io_context and is used on its thread alone.

#include "adapters/words/result.hpp"
#include "proxy/succession/note_socket.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/task.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::succession {

/// The socket's name in the state folder, and what both sides call what they speak.
inline constexpr const char* take_over_name = "take-over";
inline constexpr std::string_view take_over_wish = "take 1";
inline constexpr std::string_view refusal_prefix = "refused: ";

/// Which of the lent sockets the successor goes on with; it listens elsewhere instead of the others.
struct kept_sockets {
  bool api = false;
  bool admin = false;
};

/// What the gateway does at each step. Nothing of it waits.
struct hand_over_steps {
  std::function<std::vector<int>()> api_sockets;
  std::function<std::vector<int>()> admin_sockets;
  std::function<void()> let_go;                     ///< begin to let go of the store
  std::function<bool()> has_let_go;
  std::function<void()> take_back;                  ///< the successor failed: the store is ours again
  std::function<void(kept_sockets)> relieved;       ///< the successor serves
  std::function<void(std::string_view said, const std::string& why)> log;   ///< what happened, and why if it went wrong
};

class hand_over {
 public:
  /// `on`, `time` and what the steps use outlive it.
  static result<std::unique_ptr<hand_over>> open(boost::asio::io_context& on, clock& time, const std::string& folder, hand_over_steps steps);
  /// As end().
  ~hand_over();
  hand_over(const hand_over&) = delete;
  hand_over& operator=(const hand_over&) = delete;

  /// Nobody may take over any more, and a hand-over under way is called off: the store is taken back.
  void end(const std::string& why);

 private:
  class desk;
  explicit hand_over(std::shared_ptr<desk> made);
  std::shared_ptr<desk> desk_;
};

}  // namespace sallyport::succession
