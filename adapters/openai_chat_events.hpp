#pragma once
/// Writes a stream of the `openai_chat` dialect: events -> chunks.

#include "adapters/dialect.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_chat {

/// Of chat and of completions.
class chunk_writer final : public stream_writer {
 public:
  chunk_writer(operation asked, const stream_identity& of);

  std::string write(const event& said) override;
  void resumed_by(std::string_view served_by) override { resumed_by_ = served_by; }

 private:
  std::string chunk(std::string_view choices, std::string_view usage = {});
  std::string choice(int index, std::string_view delta, std::string_view finish) const;

  bool is_chat_;
  std::string frame_;        ///< of each chunk, up to its choices
  std::string resumed_by_;
};

}  // namespace sallyport::openai_chat
