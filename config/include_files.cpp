#include "config/include_files.hpp"

#include "config/cursor.hpp"
#include "config/nearest.hpp"
#include "config/references.hpp"
#include "config/root_keys.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace sallyport::config {
namespace {

bool is_noun(std::string_view key) { return std::find(nouns.begin(), nouns.end(), key) != nouns.end(); }

std::string normal(const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); }

bool is_pattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

/// What every file may hold beside the nouns.
bool stands_in_any_file(std::string_view key) { return key == "version" || key == "include"; }

std::vector<std::string> top_level_names() {
  std::vector<std::string> names;
  for (const auto& one : root_keys())
    if (one.row.implemented) names.push_back(one.row.name);
  return names;
}

/// One noun's map while files are joined.
struct joined_map {
  std::shared_ptr<node> made;
  std::map<std::string, place, std::less<>> defined_at;
};

class joiner {
 public:
  joiner(report& to, const surroundings& world) : to_(to), world_(world) {}

  node_ptr join(std::string_view text, const std::string& file) {
    const auto from = std::make_shared<const source>(source{file, files_++});
    const auto root = read_yaml(text, from, to_);
    if (!root || root->is != node::shape::map) return root;
    open_ = {normal(file)};
    auto whole = std::make_shared<node>(*root);
    take_nouns(*root);
    follow(*root);
    put_nouns_into(*whole);
    return whole;
  }

 private:
  /// Maps of nouns go into the joined ones; anything else of the file stays where it is.
  void take_nouns(const node& root) {
    for (const auto& entry : root.entries)
      if (is_noun(entry.key) && entry.value->is == node::shape::map) take_noun(entry);
  }

  void take_noun(const map_entry& noun) {
    auto& into = joined_[noun.key];
    if (!into.made) {
      into.made = std::make_shared<node>();
      into.made->is = node::shape::map;
      into.made->at = noun.value->at;
    }
    for (const auto& entry : noun.value->entries) {
      const auto [first, is_new] = into.defined_at.emplace(entry.key, entry.at);
      if (is_new) into.made->entries.push_back(entry);
      else say_twice(noun, entry, first->second);
    }
  }

  void say_twice(const map_entry& noun, const map_entry& entry, const place& first) {
    to_.problem(entry.at, noun.key, in_quotes(entry.key) + " is defined twice, first at " + to_string(first) + "; remove one of the two");
  }

  /// A noun that stands in the main file keeps its place there; one that only included files have is added.
  void put_nouns_into(node& whole) {
    for (auto& [noun, map] : joined_) {
      const std::string& name = noun;
      const auto there = std::find_if(whole.entries.begin(), whole.entries.end(), [&](const map_entry& e) { return e.key == name; });
      if (there == whole.entries.end()) whole.entries.push_back({noun, map.made->at, map.made});
      else if (there->value->is == node::shape::map || there->value->is == node::shape::null) there->value = map.made;
    }
  }

  void follow(const node& root) {
    const cursor at = cursor(root, to_, world_).below("include");
    if (!root.find("include") || !at.is_list()) return;
    if (at.here().items.empty()) at.refuse("is empty; name at least one file, or remove the key");
    for (std::size_t i = 0; i < at.here().items.size(); ++i) follow_pattern(at.item(i));
  }

  void follow_pattern(const cursor& at) {
    const auto pattern = read_value(at, path_of_file());
    if (!pattern) return;
    const auto files = world_.matching(*pattern);
    if (files.empty() && is_pattern(*pattern)) at.warn("no file matches " + at.shown(*pattern));
    else if (files.empty()) at.refuse("file " + at.shown(*pattern) + " does not exist");
    for (const auto& file : files) follow_file(at, file);
  }

  void follow_file(const cursor& at, const std::string& file) {
    const auto name = normal(file);
    const bool is_open = std::find(open_.begin(), open_.end(), name) != open_.end();
    if (is_open) return at.refuse("includes " + in_quotes(file) + ", which is being read already: a loop");
    if (std::find(read_.begin(), read_.end(), name) != read_.end()) return;
    if (open_.size() > include_limits::depth_max) return at.refuse("includes are nested more than 8 deep");
    if (files_ > include_limits::files_max) return at.refuse("more than 1000 files are included");
    const auto text = world_.file(file);
    if (!text) return at.refuse("file " + in_quotes(file) + " cannot be read");
    read_.push_back(name);
    open_.push_back(name);
    add_file(*text, file);
    open_.pop_back();
  }

  void add_file(const std::string& text, const std::string& file) {
    const auto root = read_yaml(text, std::make_shared<const source>(source{file, files_++}), to_);
    if (!root || root->is == node::shape::null) return;  // an empty file adds nothing
    const cursor at(*root, to_, world_);
    if (!at.is_map()) return;
    kept_.push_back(root);
    for (const auto& entry : root->entries) check_key(at, entry);
    if (at.has("version")) read_value(at.below("version"), version_number());
    take_nouns(*root);
    follow(*root);
  }

  void check_key(const cursor& at, const map_entry& entry) {
    static const auto known = top_level_names();
    if (stands_in_any_file(entry.key)) return;
    if (is_noun(entry.key)) {
      // An empty noun in an included file is a file of which everything was commented out.
      if (entry.value->is != node::shape::null) at.below(entry).is_map();
      return;
    }
    const bool is_known = std::find(known.begin(), known.end(), entry.key) != known.end();
    const std::string misplaced = "stands in an included file; move it to the main file";
    at.refuse_key(entry, is_known ? misplaced : "is not a known key" + suggestion(entry.key, known));
  }

  report& to_;
  const surroundings& world_;
  std::map<std::string, joined_map, std::less<>> joined_;
  std::vector<node_ptr> kept_;
  std::vector<std::string> open_;  ///< the chain of files that is being read, outermost first
  std::vector<std::string> read_;
  int files_ = 0;
};

}  // namespace

node_ptr read_with_includes(std::string_view text, const std::string& file, report& to, const surroundings& world) {
  return joiner(to, world).join(text, file);
}

}  // namespace sallyport::config
