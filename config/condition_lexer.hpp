#pragma once
/// The text of a condition -> its words.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// What is wrong with the text of a condition, and where: at that byte.
struct condition_problem {
  std::size_t at = 0;
  std::string sentence;
  bool operator==(const condition_problem&) const = default;
};

struct condition_token {
  enum class kind : std::uint8_t {
    name,    ///< model, tags.project, has, in, matches
    text,    ///< in quotes; `text` is what stands between them
    number,  ///< 8000, 8k, 0.25
    symbol,  ///< && || ! == != < <= > >= ( ) [ ] ,
    end,
  };

  kind is = kind::end;
  std::string_view text;  ///< part of the condition's own text, which must stay
  std::size_t at = 0;
};

struct condition_tokens {
  std::vector<condition_token> found;  ///< the last one is the end
  std::optional<condition_problem> wrong;
};

/// Stops at the first byte that begins nothing.
condition_tokens tokens_of(std::string_view text);

}  // namespace sallyport::config
