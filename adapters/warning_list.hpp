#pragma once
/// The warnings of one translation: one a field, however often it occurs.

#include "adapters/words/warning.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

class warning_list {
 public:
  void inform(std::string_view field, std::string_view reason) { add(severity::info, std::string(field), std::string(reason)); }
  void warn(std::string_view field, std::string_view reason) { add(severity::warn, std::string(field), std::string(reason)); }
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
