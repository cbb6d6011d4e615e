#pragma once
/// YAML text -> a tree of our own, with the place of everything, under limits. What YAML allows and a configuration must not hold
/// (two documents, tags, merge keys, a key twice, control characters, alias bombs) is refused here, with its place.

#include "config/report.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

struct node;
using node_ptr = std::shared_ptr<const node>;  ///< shared: an alias is the anchored node itself

struct map_entry {
  std::string key;
  place at;  ///< of the key
  node_ptr value;
};

struct node {
  enum class shape { null, scalar, list, map };

  shape is = shape::null;
  place at;
  std::string text;                ///< of a scalar, before references are filled in
  bool plain = false;              ///< a scalar without quotes: only such a one can be a number or a boolean
  std::vector<node_ptr> items;     ///< of a list
  std::vector<map_entry> entries;  ///< of a map, in the order of the text, each key once
  std::size_t weight = 1;          ///< nodes at and below this one with aliases expanded

  /// The value under that key, or null.
  const node* find(std::string_view key) const;
};

struct yaml_limits {
  static constexpr std::size_t bytes_max = 8u << 20;
  static constexpr std::size_t nodes_max = 200'000;  ///< aliases expanded
  static constexpr std::size_t depth_max = 32;
};

/// The only document of that text. Null when it cannot be read at all; then there is a problem. An empty text is a null node.
node_ptr read_yaml(std::string_view text, const std::shared_ptr<const source>& from, report& to);

}  // namespace sallyport::config
