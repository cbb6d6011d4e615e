#pragma once
/// A place in the tree while it is being read: the node, its key path, and where to say what is wrong with it.
/// A cursor points into the tree and at the report and the surroundings; none of the three may end before it.

#include "config/report.hpp"
#include "config/scalar.hpp"
#include "config/yaml_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::config {

class cursor {
 public:
  cursor(const node& root, report& to, const surroundings& world) : node_(&root), at_(root.at), to_(&to), world_(&world) {}

  /// The root of another text, read within the same load.
  cursor(const node& root, const cursor& within) : cursor(root, *within.to_, *within.world_) {}

  const node& here() const { return *node_; }
  const place& at() const { return at_; }
  const std::string& path() const { return path_; }
  const surroundings& world() const { return *world_; }

  /// The value of that key. Where the key is absent: the same node under the key's path, so that "is missing" has a place.
  cursor below(std::string_view key) const;
  cursor below(const map_entry& entry) const;
  cursor item(std::size_t index) const;
  bool has(std::string_view key) const { return node_->find(key) != nullptr; }

  void refuse(std::string sentence) const { to_->problem(at_, path_, std::move(sentence)); }
  void refuse(const complaint& what) const { refuse(what.sentence); }
  /// Parses a text that is named here; its problems are said at its own lines, after those of every included file.
  node_ptr read_further(std::string_view text, const std::string& name) const;
  /// The same at a key of this map, whatever its value is.
  void refuse_key(const map_entry& entry, std::string sentence) const;
  void warn(std::string sentence) const { to_->warning(at_, path_, std::move(sentence)); }

  /// A value that was read here, fit for a sentence: in quotes, or "its value" when some of it came from a variable or a file.
  std::string shown(std::string_view value) const;
  /// The scalar here with its references filled in; otherwise nothing, and a problem.
  std::optional<scalar> text() const;
  /// Whether a map (a list) stands here; a problem when not.
  bool is_map() const;
  bool is_list() const;

 private:
  void refuse_shape(std::string_view wanted) const;

  const node* node_;
  std::string path_;
  place at_;
  report* to_;
  const surroundings* world_;
};

}  // namespace sallyport::config
