#pragma once
/// The table of keys. Each row holds a key's name, type, default and sentence, and beside it stands what reads its value; the loader's
/// checks, the JSON Schema and the reference page are all made from these rows.

#include "config/cursor.hpp"
#include "config/value_kinds.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::config {

/// What the schema and the reference page know of a key.
struct key_row {
  enum class form { value, list, section, list_of_sections, section_or_list, map, map_of_sections };

  std::string name;
  form is = form::value;
  std::string word;      ///< type, for the page
  std::string schema;    ///< of the value, of a list's item or of a map's value; empty where `members` say it
  std::string fallback;  ///< the default as it would be written; empty: none
  std::string sentence;
  std::string missing;   ///< not empty: the key is required, and this is said when it is absent
  bool implemented = true;
  std::vector<key_row> members = {};
};

template <class Owner>
struct field {
  key_row row;
  std::function<void(const cursor& at, Owner& into)> read;  ///< the key stands in the file
  std::function<void(Owner& into)> take_default;            ///< it does not
};

template <class Owner>
using section = std::vector<field<Owner>>;

/// An entry of a map of names, in the order of the file.
template <class T>
struct named {
  std::string name;
  cursor at;
  T value;
};

/// A value with the place it was read from.
template <class T>
struct located {
  cursor at;
  T value;
};

using name_rule = std::optional<complaint> (*)(std::string_view name);
/// Letters, digits, dot, underscore and hyphen, at most 64: providers, deployments, teams, keys.
std::optional<complaint> plain_name(std::string_view name);
/// Visible ASCII, at most 256: models, which clients and providers name with slashes and colons.
std::optional<complaint> model_name(std::string_view name);

/// Says every key of the map that the rows do not have, or that this version does not implement, and every required one that is absent.
/// False when no map stands there.
bool check_keys(const cursor& at, const std::vector<const key_row*>& rows);

template <class Owner>
std::vector<key_row> rows_of(const section<Owner>& keys) {
  std::vector<key_row> made;
  for (const auto& one : keys) made.push_back(one.row);
  return made;
}

template <class Owner>
void take_defaults(const section<Owner>& keys, Owner& into) {
  for (const auto& one : keys)
    if (one.take_default) one.take_default(into);
}

template <class Owner>
void read_section(const cursor& at, const section<Owner>& keys, Owner& into) {
  take_defaults(keys, into);
  std::vector<const key_row*> rows;
  for (const auto& one : keys) rows.push_back(&one.row);
  if (!check_keys(at, rows)) return;
  for (const auto& one : keys)
    if (one.row.implemented && at.has(one.row.name)) one.read(at.below(one.row.name), into);
}

/// A key with one value. An empty `fallback` means that there is no default.
template <class Owner, class Member, class T>
field<Owner> value_key(std::string name, Member Owner::*member, const value_kind<T>& kind, std::string fallback, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::value, kind.word, kind.schema, fallback, std::move(sentence), "", true};
  made.read = [=](const cursor& at, Owner& into) {
    if (auto value = read_value(at, kind)) into.*member = std::move(*value);
  };
  if (!fallback.empty()) made.take_default = [=](Owner& into) {
    if (auto value = kind.read(scalar{.text = fallback, .folder = {}})) into.*member = std::move(*value);
  };
  return made;
}

/// The same, required.
template <class Owner>
field<Owner> required(field<Owner> one, std::string missing) {
  one.row.missing = std::move(missing);
  return one;
}

/// A key of the documented configuration that this version does not implement: refused, never ignored.
template <class Owner>
field<Owner> later(std::string name) {
  field<Owner> made;
  made.row.name = std::move(name);
  made.row.implemented = false;
  return made;
}

template <class Owner, class Member, class Part>
field<Owner> section_key(std::string name, Member Owner::*member, const section<Part>& keys, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::section, "section", "", "", std::move(sentence), "", true, rows_of(keys)};
  made.read = [=](const cursor& at, Owner& into) {
    Part value{};
    read_section(at, keys, value);
    into.*member = std::move(value);
  };
  if constexpr (std::is_same_v<Member, Part>) made.take_default = [=](Owner& into) { take_defaults(keys, into.*member); };
  return made;
}

/// A list of values; an empty one is refused, since leaving it out and leaving it empty must not mean two things.
template <class Owner, class T>
field<Owner> list_key(std::string name, std::vector<located<T>> Owner::*member, const value_kind<T>& kind, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::list, "list of " + kind.word, kind.schema, "", std::move(sentence), "", true};
  made.read = [=](const cursor& at, Owner& into) {
    if (!at.is_list()) return;
    if (at.here().items.empty()) at.refuse("is empty; name at least one, or remove the key");
    for (std::size_t i = 0; i < at.here().items.size(); ++i)
      if (auto value = read_value(at.item(i), kind)) (into.*member).push_back({at.item(i), std::move(*value)});
  };
  return made;
}

template <class Part>
void read_sections(const cursor& at, const section<Part>& keys, std::vector<located<Part>>& into) {
  if (!at.is_list()) return;
  if (at.here().items.empty()) at.refuse("is empty; name at least one, or remove the key");
  for (std::size_t i = 0; i < at.here().items.size(); ++i) {
    into.push_back({at.item(i), Part{}});
    read_section(at.item(i), keys, into.back().value);
  }
}

/// The same where only the values are wanted, not their places.
template <class Owner, class T>
field<Owner> values_key(std::string name, std::vector<T> Owner::*member, const value_kind<T>& kind, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::list, "list of " + kind.word, kind.schema, "", std::move(sentence), "", true};
  made.read = [=](const cursor& at, Owner& into) {
    if (!at.is_list()) return;
    if (at.here().items.empty()) at.refuse("is empty; name at least one, or remove the key");
    for (std::size_t i = 0; i < at.here().items.size(); ++i)
      if (auto value = read_value(at.item(i), kind)) (into.*member).push_back(std::move(*value));
  };
  return made;
}

template <class Owner, class Part>
field<Owner> sections_key(std::string name, std::vector<located<Part>> Owner::*member, const section<Part>& keys, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::list_of_sections, "list", "", "", std::move(sentence), "", true, rows_of(keys)};
  made.read = [=](const cursor& at, Owner& into) { read_sections(at, keys, into.*member); };
  return made;
}

/// One section, or a list of several.
template <class Part>
void read_section_or_list(const cursor& at, const section<Part>& keys, std::vector<located<Part>>& into) {
  if (at.here().is == node::shape::list) return read_sections(at, keys, into);
  into.push_back({at, Part{}});
  read_section(at, keys, into.back().value);
}

template <class Owner, class Part>
field<Owner> section_or_list_key(std::string name, std::vector<located<Part>> Owner::*member, const section<Part>& keys,
                                 std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::section_or_list, "section, or a list of them", "", "", std::move(sentence), "", true,
              rows_of(keys)};
  made.read = [=](const cursor& at, Owner& into) { read_section_or_list(at, keys, into.*member); };
  return made;
}

/// A map whose keys are free texts.
template <class Owner, class T>
field<Owner> map_key(std::string name, std::vector<named<T>> Owner::*member, const value_kind<T>& kind, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::map, "map of " + kind.word, kind.schema, "", std::move(sentence), "", true};
  made.read = [=](const cursor& at, Owner& into) {
    if (!at.is_map()) return;
    for (const auto& entry : at.here().entries)
      if (auto value = read_value(at.below(entry), kind)) (into.*member).push_back({entry.key, at.below(entry), std::move(*value)});
  };
  return made;
}

/// A noun: a map from names to sections. `empty` is said of one without entries.
template <class Owner, class Part>
field<Owner> names_key(std::string name, std::vector<named<Part>> Owner::*member, const section<Part>& keys, name_rule rule,
                    std::string empty, std::string sentence) {
  field<Owner> made;
  made.row = {std::move(name), key_row::form::map_of_sections, "map by name", "", "", std::move(sentence), "", true, rows_of(keys)};
  made.read = [=](const cursor& at, Owner& into) {
    if (!at.is_map()) return;
    if (at.here().entries.empty()) at.refuse(empty);
    for (const auto& entry : at.here().entries) {
      const auto there = at.below(entry);
      if (const auto wrong = rule(entry.key)) there.refuse(*wrong);
      (into.*member).push_back({entry.key, there, Part{}});
      read_section(there, keys, (into.*member).back().value);
    }
  };
  return made;
}

}  // namespace sallyport::config
