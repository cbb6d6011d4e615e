#pragma once
/// What a client has of an answer so far: enough to go on with it should its stream break.

#include "adapters/words/event.hpp"

#include <cstddef>
#include <string>

namespace sallyport::policy {

/// One answer, over all deployments that have a part in it. Kept only for calls whose model resumes.
class delivered_answer {
 public:
  /// A longer text is not gone on with, and not kept.
  static constexpr std::size_t text_max = 1024 * 1024;

  /// An event that goes to the client.
  void take(const event& seen);

  /// Plain text of one choice, that has begun and not ended. Reasoning may stand before it, but not alone: nobody can go on with half a
  /// thought of another.
  bool can_be_continued() const { return is_plain_ && !is_over_ && !text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  void give_up();

  std::string text_;
  bool is_plain_ = true;
  bool is_over_ = false;
};

}  // namespace sallyport::policy
