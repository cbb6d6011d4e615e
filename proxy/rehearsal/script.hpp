#pragma once
/// What the built-in upstream puts on the wire for one request, step by step: every fault is decided here, the connection only performs.
/// Pure: waits are written down, not waited.

#include "proxy/rehearsal/answer.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

struct step {
  enum class act : std::uint8_t {
    write,  ///< `bytes`; with `every`, a byte at a time, so long apart
    wait,   ///< for `time`
    stall,  ///< for `time`; `bytes`, if any, are written again and again, `every` so long
  };
  act what = act::write;
  std::string bytes;
  std::chrono::milliseconds time{0};
  std::chrono::milliseconds every{0};
};

/// What becomes of the connection when the steps are done.
enum class ending : std::uint8_t {
  keep,        ///< the message is whole and framed: the next request may come
  close,       ///< FIN
  half_close,  ///< FIN, and the other direction stays open for `open_for`
  reset,       ///< RST (SO_LINGER 0)
};

struct script {
  std::vector<step> steps;
  ending ends = ending::keep;
  bool is_whole = true;       ///< false: the reply is broken off on purpose
  bool byte_by_byte = false;  ///< each byte is a write of its own
  std::chrono::milliseconds open_for{0};
};

/// Where in the upstream's life the request stands.
struct occasion {
  std::uint64_t ordinal = 1;        ///< number of the request at this upstream
  std::uint64_t on_connection = 1;  ///< number of the request on its connection
};

/// `in_force` is what is played now: the question's conduct, or its well-behaved part while the conditions let the faults rest.
script script_of(const question& asked, const conduct& in_force, const character& who, const occasion& when);

/// A plain reply: health, the list of models, and the refusals that are no fault of the catalogue. `extra` are whole header lines.
script plain_reply(int status, std::string_view content_type, std::string_view body, std::uint64_t ordinal, std::string_view extra = {});

}  // namespace sallyport::rehearsal
