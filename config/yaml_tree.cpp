#include "config/yaml_tree.hpp"

#include "config/key_path.hpp"
#include "config/source_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <unordered_map>

namespace sallyport::config {
namespace {

/// Ends the parse from inside a callback; yaml-cpp has no other way out. Never leaves this file.
struct stop_reading {};

/// A collection that is being filled.
struct open_node {
  std::shared_ptr<node> made;
  YAML::anchor_t anchor = 0;
  std::optional<map_entry> key;                        ///< of a map, while its value is awaited
  std::unordered_map<std::string, place> keys_so_far;  ///< of a map
};

class tree_builder : public YAML::EventHandler {
 public:
  tree_builder(std::shared_ptr<const source> from, report& to) : from_(std::move(from)), to_(to) {}

  node_ptr root() const { return root_; }

  /// yaml-cpp counts from 0. This is the one place that adds 1.
  place place_of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {from_, 0, 0};
    return {from_, mark.line + 1, mark.column + 1};
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) end(mark, "a second document begins here; a configuration is one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, made(node::shape::null, mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) end(mark, "this alias stands inside of what it names; a value cannot contain itself");
    else add(mark, found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    auto scalar = made(node::shape::scalar, mark);
    scalar->text = value;
    scalar->plain = tag == "?";
    refuse_tag(mark, tag);
    add(mark, std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, node::shape::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, node::shape::map);
  }
  void OnMapEnd() override { close(); }

 private:
  std::shared_ptr<node> made(node::shape is, const YAML::Mark& mark) const {
    auto fresh = std::make_shared<node>();
    fresh->is = is;
    fresh->at = place_of(mark);
    return fresh;
  }

  [[noreturn]] void end(const YAML::Mark& mark, std::string sentence) {
    to_.problem(place_of(mark), "", std::move(sentence));
    throw stop_reading{};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    to_.problem(place_of(mark), "", "YAML tags are not read; remove the tag, and put a text in quotes that is to stay a text");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, node::shape is) {
    refuse_tag(mark, tag);
    if (open_.size() >= yaml_limits::depth_max)
      end(mark, "is nested more than " + std::to_string(yaml_limits::depth_max) + " levels deep");
    if (awaits_key()) end(mark, "a key must be a text, not a list or a map");
    count(mark, 1);
    open_.push_back({made(is, mark), anchor, std::nullopt, {}});
  }

  /// A collection gets its anchor only here, so that an alias inside of it is seen as what it is: a loop.
  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) anchored_[done.anchor] = done.made;
    put(done.made);
  }

  void add(const YAML::Mark& mark, node_ptr fresh, YAML::anchor_t anchor) {
    if (anchor != 0) anchored_[anchor] = fresh;
    count(mark, fresh->weight);
    if (awaits_key()) begin_entry(mark, *fresh);
    else put(std::move(fresh));
  }

  void count(const YAML::Mark& mark, std::size_t weight) {
    weight_ += weight;
    if (weight_ > yaml_limits::nodes_max)
      end(mark, "holds more than " + std::to_string(yaml_limits::nodes_max) + " values, aliases counted each time; split or simplify it");
  }

  bool awaits_key() const { return !open_.empty() && open_.back().made->is == node::shape::map && !open_.back().key; }

  void begin_entry(const YAML::Mark& mark, const node& key) {
    if (key.is != node::shape::scalar) end(mark, "a key must be a text");
    if (key.text == "<<" && key.plain)
      end(mark, "the merge key << is not read; write the keys out, or give the whole value an anchor (&name) and use it by alias (*name)");
    open_.back().key = map_entry{key.text, place_of(mark), nullptr};
  }

  void put(node_ptr value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    auto& into = open_.back();
    into.made->weight += value->weight;
    if (into.made->is == node::shape::list) {
      into.made->items.push_back(std::move(value));
      return;
    }
    into.key->value = std::move(value);
    keep_entry(into);
    into.key.reset();
  }

  /// The first of two equal keys stays; the second is a problem that names both.
  void keep_entry(open_node& into) {
    const auto [first, is_new] = into.keys_so_far.emplace(into.key->key, into.key->at);
    if (is_new) {
      into.made->entries.push_back(std::move(*into.key));
      return;
    }
    to_.problem(into.key->at, path_to_here(), "key " + in_quotes(into.key->key) + " stands twice, first in line " +
                                                  std::to_string(first->second.line) + "; remove one of the two");
  }

  std::string path_to_here() const {
    std::string path;
    for (const auto& level : open_)
      path = level.key ? path_below(path, level.key->key) : path_of_item(path, level.made->items.size());
    return path;
  }

  std::shared_ptr<const source> from_;
  report& to_;
  std::vector<open_node> open_;
  std::unordered_map<YAML::anchor_t, node_ptr> anchored_;
  node_ptr root_;
  std::size_t weight_ = 0;
  int documents_ = 0;
};

std::string sentence_of(const YAML::Exception& e) {
  const std::string_view said = e.msg;
  if (said == YAML::ErrorMsg::DOC_IN_SCALAR || said == YAML::ErrorMsg::EOF_IN_SCALAR)
    return "a text in quotes begins above and is never closed";
  return e.msg.empty() ? "is not YAML" : "is not YAML here: " + e.msg;
}

/// False when the text could not be read to its end.
bool parse(std::string_view text, tree_builder& into, report& to) {
  // yaml-cpp takes the end of the text for a closing quote when it follows a line break, and so swallows what a forgotten quote spans.
  // The mark of a document's end inside of quotes is an error to it.
  std::istringstream stream{std::string(text) + "\n...\n"};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(into)) continue;
    return true;
  } catch (const stop_reading&) {
  } catch (const YAML::Exception& e) {
    to.problem(into.place_of(e.mark), "", sentence_of(e));
  } catch (const std::exception&) {
    // The parser's own standard exceptions on malformed numbers in escapes and the like; there is no place in them.
    to.problem(into.place_of(YAML::Mark::null_mark()), "", "is not YAML");
  }
  return false;
}

}  // namespace

const node* node::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key == key) return entry.value.get();
  return nullptr;
}

node_ptr read_yaml(std::string_view text, const std::shared_ptr<const source>& from, report& to) {
  if (text.size() > yaml_limits::bytes_max) {
    to.problem({from, 0, 0}, "", "is longer than " + std::to_string(yaml_limits::bytes_max >> 20) + " MiB; split it with include");
    return nullptr;
  }
  if (!is_readable_text(text, from, to)) return nullptr;

  tree_builder builder(from, to);
  if (!parse(text, builder, to)) return nullptr;
  if (builder.root()) return builder.root();
  auto empty = std::make_shared<node>();
  empty->at = {from, 1, 1};
  return empty;
}

}  // namespace sallyport::config
