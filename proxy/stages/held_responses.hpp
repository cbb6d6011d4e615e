#pragma once
/// Which provider holds a response that a client may refer to (`previous_response_id`): such a call can go nowhere else. Known by a hash of
/// team and id only, in memory: after a restart a call finds its way where only one provider could hold it.

#include "proxy/words/keyed_hash.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::stages {

/// Any thread. Shared by all workers, outlives generations.
class held_responses {
 public:
  explicit held_responses(hash_key key) : key_(key) {}

  void note(std::string_view team, std::string_view id, std::string_view provider);
  /// The provider's name.
  std::optional<std::string> holder(std::string_view team, std::string_view id) const;

  /// As many again may be remembered before the older ones are forgotten.
  static constexpr std::size_t remembered = 50'000;

 private:
  using memory = std::unordered_map<std::uint64_t, std::string>;
  std::uint64_t hash_of(std::string_view team, std::string_view id) const;

  hash_key key_;
  mutable std::mutex guard_;
  memory newer_, older_;
};

}  // namespace sallyport::stages
