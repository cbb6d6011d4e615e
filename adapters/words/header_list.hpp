#pragma once
/// The one checked way to put a header on any wire, toward clients and toward providers.
/// A name must be a token (RFC 9110 section 5.6.2) and a value a field-value (no CR, LF, NUL or other controls, section 5.5):
/// neither libcurl nor Beast refuses a line break there by itself.

#include "adapters/words/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

class header_list {
 public:
  using field = std::pair<std::string, std::string>;

  /// Adds a field; fails with `internal` when name or value is not fit for the wire, and then adds nothing.
  [[nodiscard]] result<void> add(std::string_view name, std::string_view value);
  /// As add, but leaves an unfit field out: for values that are echoes or decoration.
  void add_if_fit(std::string_view name, std::string_view value);

  /// The first value of that name (case-insensitive), or an empty view.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }

 private:
  std::vector<field> fields_;
};

/// ASCII case-insensitive equality, as header names compare.
bool same_name(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

}  // namespace sallyport
