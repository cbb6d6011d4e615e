#pragma once
/// The one checked way to put a header on any wire, toward clients and toward providers.
/// A name must be a token (RFC 9110 section 5.6.2) and a value a field-value (no CR, LF, NUL or other controls, section 5.5):
/// neither libcurl nor Beast refuses a line break there by itself.

#include "adapters/words/result.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// All names and values lie in one piece of memory: views of them hold until the next add(), and through a move of the list.
class header_list {
 public:
  using field = std::pair<std::string_view, std::string_view>;   ///< name and value
  class iterator;

  /// Adds a field; fails with `internal` when name or value is not fit for the wire, and then adds nothing.
  [[nodiscard]] result<void> add(std::string_view name, std::string_view value);
  /// Whether a field may be added, for whoever writes it elsewhere.
  [[nodiscard]] static result<void> check(std::string_view name, std::string_view value);
  /// As add, but leaves an unfit field out: for values that are echoes or decoration.
  void add_if_fit(std::string_view name, std::string_view value);

  /// The first value of that name (case-insensitive), or an empty view.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;

  iterator begin() const;
  iterator end() const;
  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }

 private:
  /// In text_: the name, and the value right behind it.
  struct place {
    std::uint32_t begin;
    std::uint32_t name_bytes;
    std::uint32_t value_bytes;
  };
  field at(std::size_t which) const;
  void put(std::string_view name, std::string_view value);

  std::vector<char> text_;   ///< which, other than a string, has no bytes inside of itself, whose views a move would end
  std::vector<place> places_;
};

class header_list::iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = field;
  using difference_type = std::ptrdiff_t;
  using reference = field;
  struct pointer {
    field here;
    const field* operator->() const { return &here; }
  };

  iterator(const header_list& of, std::size_t place) : of_(&of), place_(place) {}
  field operator*() const { return of_->at(place_); }
  pointer operator->() const { return {**this}; }
  iterator& operator++() {
    ++place_;
    return *this;
  }
  iterator operator++(int) { return {*of_, place_++}; }
  bool operator==(const iterator& other) const { return place_ == other.place_; }

 private:
  const header_list* of_;
  std::size_t place_;
};

inline header_list::iterator header_list::begin() const { return {*this, 0}; }
inline header_list::iterator header_list::end() const { return {*this, places_.size()}; }
inline header_list::field header_list::at(std::size_t which) const {
  const auto& [begin, name_bytes, value_bytes] = places_[which];
  return {std::string_view(text_.data() + begin, name_bytes), std::string_view(text_.data() + begin + name_bytes, value_bytes)};
}

/// ASCII case-insensitive equality, as header names compare.
bool same_name(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

}  // namespace sallyport
