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
  void inform(std::string_view field, std::string_view reason) { add(severity::info, field, reason); }
  void warn(std::string_view field, std::string_view reason) { add(severity::warn, field, reason); }
  std::vector<warning> take() { return std::move(all_); }

 private:
  void add(severity how, std::string_view field, std::string_view reason) {
    if (std::any_of(all_.begin(), all_.end(), [&](const warning& one) { return one.field == field; })) return;
    all_.push_back({how, std::string(field), std::string(reason)});
  }

  std::vector<warning> all_;
};

}  // namespace sallyport
