#pragma once
/// Which provider made what a client brings back on a later turn: a response that it refers to (`previous_response_id`), a state of reasoning that
/// only its maker can read. Known by a hash of the team and of that, in memory: after a restart a call that refers to a response finds its
/// way where only one provider could hold it, and a state goes to any provider of its dialect.

#include "proxy/words/keyed_hash.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::stages {

/// Any thread. Shared by all workers, outlives generations.
class origins {
 public:
  explicit origins(hash_key key) : key_(key) {}

  void note(std::string_view team, std::string_view what, std::string_view provider);
  /// The provider's name; nothing: it is not remembered.
  std::optional<std::string> of(std::string_view team, std::string_view what) const;

  /// As many again may be remembered before the older ones are forgotten.
  static constexpr std::size_t remembered = 50'000;

 private:
  using memory = std::unordered_map<std::uint64_t, std::string>;
  std::uint64_t hash_of(std::string_view team, std::string_view what) const;

  hash_key key_;
  mutable std::mutex guard_;
  memory newer_, older_;
};

}  // namespace sallyport::stages
