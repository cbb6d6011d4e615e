#include "proxy/stages/origins.hpp"

#include <utility>

namespace sallyport::stages {

std::uint64_t origins::hash_of(std::string_view team, std::string_view what) const {
  std::string both(team);
  both += '\0';
  return keyed_hash(key_, both.append(what));
}

void origins::note(std::string_view team, std::string_view what, std::string_view provider) {
  const auto hash = hash_of(team, what);
  const std::lock_guard held(guard_);
  if (newer_.size() >= remembered) older_ = std::exchange(newer_, {});
  newer_.insert_or_assign(hash, provider);
}

std::optional<std::string> origins::of(std::string_view team, std::string_view what) const {
  const auto hash = hash_of(team, what);
  const std::lock_guard held(guard_);
  for (const auto* each : {&newer_, &older_})
    if (const auto found = each->find(hash); found != each->end()) return found->second;
  return std::nullopt;
}

}  // namespace sallyport::stages
