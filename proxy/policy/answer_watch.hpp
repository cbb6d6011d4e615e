#pragma once
/// Watches a stream's events and knows when the answer is whole. "The transfer ended without error" proves nothing.

#include "adapters/words/event.hpp"
#include "adapters/words/failure.hpp"

#include <set>

namespace sallyport::policy {

class answer_watch {
 public:
  /// `choices`: how many answers the client asked for (n); 0 where the operation has none.
  explicit answer_watch(int choices) : choices_(choices) {}

  void take(const event& seen);

  bool has_content() const { return content_; }
  bool is_done() const { return done_; }                 ///< the terminal marker came
  bool is_finished() const;                              ///< every choice said why it ended
  bool has_failed() const { return failed_; }
  /// Nothing if the answer is whole although the stream ends here; else what is wrong with it.
  maybe_failure verdict_at_end() const;

 private:
  int choices_;
  std::set<int> finished_;
  bool content_ = false;
  bool done_ = false;
  bool failed_ = false;
};

}  // namespace sallyport::policy
