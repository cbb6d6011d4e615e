#pragma once
/// Writes the steps of one reply: its head, its body in the framing that the faults ask for, and its end, good or bad. Pure.

#include "proxy/rehearsal/script.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::rehearsal {

enum class framing : std::uint8_t { length, chunked, by_close };

/// One reply. `in_force` must outlive it.
class script_writer {
 public:
  script_writer(const conduct& in_force, std::uint64_t ordinal);

  script take() { return std::move(script_); }
  /// Ends here, on purpose before the reply is whole.
  script broken_off(ending how);

  void raw(std::string bytes);
  /// From now on what is written trickles, if the fault is in force.
  void trickle_now();
  void wait(std::chrono::milliseconds time);
  /// Silence as long as the fault has it; `comment`, if any, is written again and again meanwhile.
  void stall(std::string comment);

  /// `extra`: whole header lines. `length` counts for framing::length alone.
  void head(int status, std::string_view type, framing how, std::size_t length = 0, std::string_view extra = {});
  void body(std::string_view bytes);
  /// Ends the message as its framing has it.
  script finished();

  /// Head, body and end.
  script whole(int status, std::string_view type, std::string bytes, std::string_view extra = {});
  /// Ends in the middle as the fault has it; `rest` is what would have come next.
  script midway(fault_kind how, std::string_view rest, std::string_view comment);

 private:
  const conduct& in_force_;
  std::uint64_t ordinal_;
  framing framing_ = framing::length;
  std::chrono::milliseconds apart_{0};  ///< of the bytes
  script script_;
};

}  // namespace sallyport::rehearsal
