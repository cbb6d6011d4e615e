#pragma once
/// How sensitive a call is. It can only rise: there are raised() and rising_class, and no function that lowers.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

enum class data_class : std::uint8_t { public_, internal, confidential, restricted };

inline constexpr std::array<std::string_view, 4> data_class_names{"public", "internal", "confidential", "restricted"};

inline constexpr std::string_view name_of(data_class which) { return data_class_names[static_cast<std::size_t>(which)]; }

/// The class of that name, or nothing; a label from a client that is unknown counts as restricted (see label_of).
inline constexpr std::optional<data_class> data_class_named(std::string_view name) {
  for (std::size_t i = 0; i < data_class_names.size(); ++i)
    if (data_class_names[i] == name) return static_cast<data_class>(i);
  return std::nullopt;
}

/// The class that a client's label stands for: an unknown label is restricted.
inline constexpr data_class label_of(std::string_view name) { return data_class_named(name).value_or(data_class::restricted); }

inline constexpr data_class raised(data_class from, data_class to) { return from < to ? to : from; }

/// A data class that can be raised and never lowered: it is not assigned, and a copy has at least its class.
class rising_class {
 public:
  constexpr rising_class(data_class from = data_class::public_) : at_(from) {}
  constexpr rising_class(const rising_class&) = default;
  rising_class& operator=(const rising_class&) = delete;

  constexpr operator data_class() const { return at_; }
  constexpr void raise(data_class to) { at_ = raised(at_, to); }

 private:
  data_class at_;
};

}  // namespace sallyport
