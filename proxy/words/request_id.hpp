#pragma once
/// Identifiers that we mint.

#include "proxy/words/clock.hpp"

#include <cstdint>
#include <string>

namespace sallyport {

/// A request's id: "req_" and 32 hex digits of a UUIDv7 (RFC 9562 section 5.7), so that ids sort by time.
std::string make_request_id(wall_time now);

/// An attempt's id: 63 bits, milliseconds since 2020 in the upper 41, a number of the calling thread in 8, and a count in 14. Ids of one thread
/// ascend, whatever the clock does; those of up to 256 threads of a process differ.
std::uint64_t make_attempt_id(wall_time now);
/// The least id of an attempt that was made then or later: ids sort by time.
std::uint64_t least_attempt_id(wall_time then);

}  // namespace sallyport
