#include "config/cursor.hpp"

#include "config/key_path.hpp"
#include "config/references.hpp"

namespace sallyport::config {

cursor cursor::below(const map_entry& entry) const {
  cursor made = *this;
  made.node_ = entry.value.get();
  made.path_ = path_below(path_, entry.key);
  // A collection or an empty value begins on some later line; who mistypes it looks for its key.
  const bool has_own_place = entry.value->is == node::shape::scalar;
  made.at_ = has_own_place ? entry.value->at : entry.at;
  return made;
}

cursor cursor::below(std::string_view key) const {
  for (const auto& entry : node_->entries)
    if (entry.key == key) return below(entry);
  cursor made = *this;
  made.path_ = path_below(path_, key);
  return made;
}

cursor cursor::item(std::size_t index) const {
  cursor made = *this;
  made.node_ = node_->items[index].get();
  made.path_ = path_of_item(path_, index);
  made.at_ = made.node_->at;
  return made;
}

node_ptr cursor::read_further(std::string_view text, const std::string& name) const {
  return read_yaml(text, std::make_shared<const source>(source{name, source::order_last}), *to_);
}

void cursor::refuse_key(const map_entry& entry, std::string sentence) const {
  to_->problem(entry.at, path_below(path_, entry.key), std::move(sentence));
}

std::optional<scalar> cursor::text() const {
  if (node_->is != node::shape::scalar) {
    refuse_shape("one value");
    return std::nullopt;
  }
  auto made = filled(node_->text, node_->plain, node_->at.from->folder(), *world_);
  if (made) return std::move(*made);
  refuse(made.error());
  return std::nullopt;
}

std::string cursor::shown(std::string_view value) const {
  return node_->text.find("${") == std::string::npos ? in_quotes(value) : "its value";
}

bool cursor::is_map() const {
  if (node_->is == node::shape::map) return true;
  refuse_shape("a map of keys, as in {key: value}");
  return false;
}

bool cursor::is_list() const {
  if (node_->is == node::shape::list) return true;
  refuse_shape("a list, as in [one, two]");
  return false;
}

void cursor::refuse_shape(std::string_view wanted) const {
  const std::string must = "; it must be " + std::string(wanted);
  switch (node_->is) {
    case node::shape::null: return refuse("has no value; give it one or remove the key");
    case node::shape::scalar: return refuse("is one value" + must);
    case node::shape::list: return refuse("is a list" + must);
    case node::shape::map: return refuse("is a map" + must);
  }
}

}  // namespace sallyport::config
