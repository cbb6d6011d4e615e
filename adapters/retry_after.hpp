#pragma once
/// How long a provider asks to be left alone, from the headers of an error reply.

#include "adapters/words/header_list.hpp"

#include <chrono>
#include <optional>

namespace sallyport {

inline constexpr std::chrono::milliseconds retry_after_min{1'000};
inline constexpr std::chrono::milliseconds retry_after_max{300'000};

/// The later of `retry-after-ms`, `retry-after` (seconds or an IMF-fixdate, RFC 9110 sections 10.2.3 and 5.6.7, against `wall`) and
/// `in_body`, clamped to the bounds above; nothing when none can be read.
std::optional<std::chrono::milliseconds> retry_after(const header_list& headers, std::optional<std::chrono::milliseconds> in_body,
                                                     std::chrono::system_clock::time_point wall);

}  // namespace sallyport
