#include "proxy/policy/delivered_answer.hpp"

namespace sallyport::policy {

void delivered_answer::take(const event& seen) {
  switch (seen.kind) {
    case event_kind::text:
      if (seen.choice != 0 || text_.size() + seen.text.size() > text_max) return give_up();
      // A picture or sound comes as a text without words.
      if (seen.text.empty()) return give_up();
      if (is_plain_) text_.append(seen.text);
      break;
    case event_kind::reasoning:
      if (!text_.empty()) give_up();
      break;
    case event_kind::refusal:
    case event_kind::tool_call:
      give_up();
      break;
    case event_kind::finished:
      is_over_ = true;
      break;
    default:
      break;
  }
}

void delivered_answer::give_up() {
  is_plain_ = false;
  std::string().swap(text_);
}

}  // namespace sallyport::policy
