#pragma once
/// The sixteen public failover scenarios as model names: what is hung onto the primary's and the fallback's name to play them.

#include <span>
#include <string_view>

namespace sallyport::rehearsal {

struct scenario {
  std::string_view id;        ///< S01 .. S16
  std::string_view primary;   ///< hung onto the primary's model name, as in "!status=503"
  std::string_view fallback;  ///< hung onto the fallback's; empty: it behaves well
  std::string_view sentence;  ///< what the primary does
};

std::span<const scenario> scenarios();

}  // namespace sallyport::rehearsal
