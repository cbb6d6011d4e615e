#pragma once
/// The warnings of one translation: one a field, however often it occurs.

#include "adapters/words/warning.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {

class warning_list {
 public:
  void inform(std::string field, std::string reason) { add(severity::info, std::move(field), std::move(reason)); }
  void warn(std::string field, std::string reason) { add(severity::warn, std::move(field), std::move(reason)); }
  /// A field's name may be the client's own: what would end the header's parts is taken out.
  void add(severity how, std::string field, std::string reason) {
    for (const char mark : {';', '"'}) std::erase(field, mark);
    const bool said = std::any_of(all_.begin(), all_.end(), [&](const warning& one) { return one.field == field; });
    if (!said) all_.push_back({how, std::move(field), std::move(reason)});
  }
  std::vector<warning> take() { return std::move(all_); }

 private:
  std::vector<warning> all_;
};

}  // namespace sallyport
