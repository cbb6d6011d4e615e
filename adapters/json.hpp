#pragma once
/// JSON as the dialects read it: strict (RFC 8259, valid UTF-8, no lone surrogate, at most 64 levels), every byte checked before any
/// value is handed out. Numbers that neither 64 bits nor a double can hold are refused with the rest.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sallyport {

/// How deep objects and arrays may stand in each other.
inline constexpr std::size_t json_depth_max = 64;

enum class json_kind : std::uint8_t { missing, null, boolean, number, string, array, object };

/// A view of one value: valid until its document parses again or goes. A value that is not there is `missing`, and so is all
/// that is asked of it; no function fails.
class json_value {
 public:
  json_value() = default;

  json_kind kind() const;
  bool is(json_kind what) const { return kind() == what; }
  /// Neither missing nor null.
  bool is_given() const { return kind() > json_kind::null; }

  std::optional<bool> boolean() const;
  /// A whole number of 64 signed bits; 1.0 is none.
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  std::optional<std::string_view> string() const;
  /// The string, or an empty view for anything else.
  std::string_view text() const { return string().value_or(std::string_view{}); }

  /// The member of that name (the first, where a name stands twice).
  json_value operator[](std::string_view name) const;
  /// How many members or items; 0 for anything else. Linear.
  std::size_t size() const;
  json_value first_item() const;

  /// visit(json_value item), in order.
  template <class Visit>
  void each_item(Visit&& visit) const {
    walk_items(&visit, [](void* to, json_value item) { (*static_cast<std::remove_reference_t<Visit>*>(to))(item); });
  }
  /// visit(std::string_view name, json_value value), in order; the name is unescaped.
  template <class Visit>
  void each_member(Visit&& visit) const {
    walk_members(&visit, [](void* to, std::string_view name, json_value value) {
      (*static_cast<std::remove_reference_t<Visit>*>(to))(name, value);
    });
  }

  /// The value as compact JSON text.
  std::string written() const;

 private:
  friend class json_document;
  void walk_items(void* to, void (*visit)(void*, json_value)) const;
  void walk_members(void* to, void (*visit)(void*, std::string_view, json_value)) const;

  // What the parser calls an element: its document and its place there.
  const void* document_ = nullptr;
  std::size_t place_ = 0;
};

/// One parsed text. Reusable, and keeps its memory between texts. One thread.
class json_document {
 public:
  json_document();
  ~json_document();
  json_document(json_document&&) noexcept;
  json_document& operator=(json_document&&) noexcept;

  /// Reads the whole text, of which it keeps nothing: views that it hands out are into its own memory. False when it is not
  /// JSON; then root() is missing and problem() says why.
  bool parse(std::string_view text);
  json_value root() const;
  /// Gives back the memory of a large text (about 14 times its length), for a document that a thread keeps. Ends all views then.
  void forget_large();
  /// One clause for people, as in "it ends inside a string"; empty after a success.
  std::string_view problem() const { return problem_; }

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
  std::string_view problem_;
};

}  // namespace sallyport
