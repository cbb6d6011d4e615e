#pragma once
/// A stream that goes on with an answer which another deployment began: its events -> bytes under the identity of the beginning. Only what
/// the client does not have yet goes out: text, a tool call, the end. Pure; owned by the relay, one thread.

#include "adapters/dialect.hpp"
#include "proxy/policy/delivered_answer.hpp"
#include "proxy/policy/seam.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace sallyport::stages {

class continued_leg {
 public:
  /// `so_far` and `writer` outlive it; the first is told what goes out.
  continued_leg(policy::delivered_answer& so_far, continuation how, stream_writer& writer);

  /// answer_differs: it is another answer, and nothing of it is for the client.
  maybe_failure take(const event& seen);
  /// The stream has ended well: what ends it for the client is written.
  maybe_failure end();
  /// Moves out the bytes that may be written.
  std::string take_out() { return std::exchange(out_, {}); }
  /// Something of it went out, so that another deployment would have to go on with this too.
  bool has_delivered() const { return has_delivered_; }

 private:
  maybe_failure take_text(std::string_view text);
  maybe_failure close_seam();
  void write(const event& what);
  void write_text(std::string_view text);

  policy::delivered_answer& so_far_;
  policy::seam seam_;
  stream_writer& writer_;
  std::int64_t given_tokens_ = 0;   ///< estimate of what it was given as its beginning
  std::string out_;
  bool has_delivered_ = false;
};

}  // namespace sallyport::stages
