#pragma once
/// A text that cannot be printed, logged, compared or formatted by accident: reading it takes a call that can be searched for.

#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

class secret {
 public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  /// The text itself. Its callers: header building in upstream/, hashing of keys, tests.
  std::string_view reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sallyport
