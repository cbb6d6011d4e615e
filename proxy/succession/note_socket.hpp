#pragma once
/// A local socket (AF_UNIX, SOCK_SEQPACKET) over which two processes of one user send short notes, each with one descriptor or none. What
/// hand_over and take_over share.

#include "adapters/words/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::succession {

/// A descriptor that is closed at its end; -1 is none.
class owned_descriptor {
 public:
  explicit owned_descriptor(int number = -1) : number_(number) {}
  ~owned_descriptor() { reset(); }
  owned_descriptor(owned_descriptor&& other) noexcept : number_(other.release()) {}
  owned_descriptor& operator=(owned_descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  void reset(int number = -1);
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

struct note {
  std::string text;
  owned_descriptor descriptor;   ///< close-on-exec
};

inline constexpr std::size_t note_bytes_max = 512;

/// Any thread, one at a time. Never raises SIGPIPE.
class note_socket {
 public:
  explicit note_socket(owned_descriptor connected) : socket_(std::move(connected)) {}

  /// Connects to the socket of that name in the folder and checks that a process of this user, or root, serves it. Nothing where nobody
  /// does; a failure says what else is wrong. Blocking.
  static result<std::optional<note_socket>> connect(const std::string& folder, const std::string& name);

  /// False: the other side is gone, or does not read.
  bool send(std::string_view text, int descriptor = -1);

  enum class came : std::uint8_t { note, nothing_yet, ended };
  /// Waits at most that long; 0 does not wait.
  came receive(note& into, int timeout_ms);

 private:
  owned_descriptor socket_;
};

/// The listening end. Its file is its owner's alone (0600), and is put in the place of one that is there at once: there is no moment without
/// a file, and whoever put it there last is found.
result<owned_descriptor> listen_for_notes(const std::string& folder, const std::string& name);

/// The next connection of a process of this user, or of root; others are turned away. Nothing when none waits. `other_user`: one was.
std::optional<note_socket> accept_notes(int listening, bool& other_user);

}  // namespace sallyport::succession
