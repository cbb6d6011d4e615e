#include "proxy/stages/held_responses.hpp"

#include <utility>

namespace sallyport::stages {

std::uint64_t held_responses::hash_of(std::string_view team, std::string_view id) const {
  std::string both(team);
  both += '\0';
  return keyed_hash(key_, both.append(id));
}

void held_responses::note(std::string_view team, std::string_view id, std::string_view provider) {
  const auto hash = hash_of(team, id);
  const std::lock_guard held(guard_);
  if (newer_.size() >= remembered) older_ = std::exchange(newer_, {});
  newer_.insert_or_assign(hash, provider);
}

std::optional<std::string> held_responses::holder(std::string_view team, std::string_view id) const {
  const auto hash = hash_of(team, id);
  const std::lock_guard held(guard_);
  for (const auto* each : {&newer_, &older_})
    if (const auto found = each->find(hash); found != each->end()) return found->second;
  return std::nullopt;
}

}  // namespace sallyport::stages
