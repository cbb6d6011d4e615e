#pragma once
/// All that stands in the body of a call and can be read: for detectors of protected data. What cannot be read is told by its kind.

#include "adapters/json.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport {

/// What comes with a call besides text. `other` is a part of a message of a kind that we do not know.
enum class attachment : std::uint8_t { image, audio, video, file, other };

/// The texts of one call after the other, for chat_completions, completions and embeddings. Keeps its memory between calls. One thread.
///
/// A text is one string value, decoded; with its member's name and a colon before it where it is of 6 to 64 bytes, since the name may say
/// what a number is. Names and numbers are texts too. The text parts of a message that follow each other are one text, as the model reads
/// them; where that makes one word of two, the parts are texts of their own besides. A string that is a JSON document itself, as the
/// arguments of a tool call are, is a text, and so is all that stands in it, one level deep. Left out are base64 of media in the places for
/// it, and tokens.
///
/// Linear in the body, which may be nested 64 levels deep, and so may each document in it. The texts together are seldom longer than twice
/// the body and never than ten times.
class call_text {
 public:
  /// Reads a body, of which it keeps nothing. Fails with `invalid_json`; then there are no texts.
  maybe_failure read(operation asks, std::string_view body);

  /// Valid until the next read, or forget.
  std::span<const std::string_view> texts() const { return texts_; }
  bool has(attachment what) const { return (attached_ >> static_cast<unsigned>(what) & 1u) != 0; }
  bool has_attachments() const { return attached_ != 0; }
  /// Some or all of the prompt is tokens, which nobody but the model can read.
  bool is_opaque() const { return opaque_; }

  /// Gives back the memory of a large call.
  void forget();

 private:
  class walk;

  // A text of the body's document, or (without `at`) one of those that were put together.
  struct piece {
    const char* at;
    std::size_t offset;
    std::size_t length;
  };

  json_document body_;
  json_document inner_;   // of the string that is looked into
  std::vector<char> joined_;
  std::vector<piece> pieces_;
  std::vector<std::string_view> texts_;
  unsigned attached_ = 0;
  bool opaque_ = false;
};

}  // namespace sallyport
