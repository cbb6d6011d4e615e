#pragma once
/// One request to the upstream in another language than OpenAI's chat. The upstream thinks in that one, whatever it is asked in; this stands
/// between, and speaks by the dialects' faces toward clients. Pure.

#include "adapters/dialect.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sallyport::rehearsal {

class tongue {
 public:
  /// Null for openai_chat, which needs none. Fails as the dialect does where the body is wrong.
  static result<std::shared_ptr<tongue>> of(dialect_id spoken, operation asks, std::string body);

  /// The same request in OpenAI's chat.
  const std::string& body() const { return chat_body_; }

  /// A whole reply, or a refusal.
  std::string whole(int status, std::string body) const;
  /// The JSON of one event of a stream, or [DONE]: the bytes that go out for it. What is no JSON goes out as it is.
  std::string framed(std::string_view json);

 private:
  tongue(dialect_id spoken, call asked, std::string chat_body);

  dialect_id spoken_;
  call asked_;
  std::string chat_body_;
  std::unique_ptr<stream_reader> reader_;
  std::unique_ptr<stream_writer> writer_;
  bool has_failed_ = false;
};

}  // namespace sallyport::rehearsal
