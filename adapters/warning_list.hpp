#pragma once
/// The warnings of one translation: one a field, however often it occurs.

#include "adapters/json_write.hpp"
#include "adapters/words/warning.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

class warning_list {
 public:
  static constexpr std::size_t field_bytes_max = 96;

  void inform(std::string_view field, std::string_view reason) { add(severity::info, std::string(field), std::string(reason)); }
  void warn(std::string_view field, std::string_view reason) { add(severity::warn, std::string(field), std::string(reason)); }
  /// A field's name may be the client's own: what would end the header or its parts is taken out, what is too long for one is cut, and where
  /// nothing is left it is told as unnamed.
  void add(severity how, std::string field, std::string reason) {
    field.resize(cut_text(field, field_bytes_max).size());
    std::erase_if(field, [](char c) { return c == ';' || c == '"' || (c >= 0 && c < 0x20) || c == 0x7f; });
    if (field.empty()) field = "(unnamed)";
    if (said_.insert(field).second) all_.push_back({how, std::move(field), std::move(reason)});
  }
  std::vector<warning> take() { return std::move(all_); }

 private:
  std::vector<warning> all_;
  std::set<std::string> said_;   // a client may name very many fields and tools
};

}  // namespace sallyport
