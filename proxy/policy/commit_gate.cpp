#include "proxy/policy/commit_gate.hpp"

#include <utility>

namespace sallyport::policy {

void commit_gate::take(event_kind kind, std::string_view raw) {
  held_.append(raw);
  if (commits(kind) || held_.size() > held_max) committed_ = true;
}

void commit_gate::open() { committed_ = true; }

std::string commit_gate::take_out() {
  if (!committed_) return {};
  return std::exchange(held_, {});
}

}  // namespace sallyport::policy
