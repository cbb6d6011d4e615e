#pragma once
/// What a reply says to a client, read by Boost.JSON in the simplest way that each wire allows, apart from the dialects: what a recording
/// says and what a dialect wrote from it are compared by these words.

#include "adapters/words/dialect_id.hpp"
#include "adapters/words/usage.hpp"

#include <set>
#include <string>
#include <vector>

namespace sallyport::tests {

struct called_tool {
  std::string id, name;
  std::string arguments;   ///< compact JSON where it is JSON
  bool is_custom = false;
};

struct reply_words {
  std::string text, refusal, thoughts;
  std::vector<called_tool> calls;
  std::string finish;      ///< stop, length, tool_calls, content_filter, other; empty: it does not say
  usage tokens;
  bool is_stream = false;
  bool done = false;       ///< a stream's terminal marker
  bool failed = false;     ///< an error inside
  std::string told;        ///< the text by its pieces alone, where a stream's end says it whole once more
  std::size_t choices = 0;
  /// Blocks, items and members that no other dialect has a place for, by name: what is not carried.
  std::set<std::string> beside;
};

reply_words words_of_answer(dialect_id of, const std::string& body);
reply_words words_of_stream(dialect_id of, const std::string& bytes);

/// The same as a client of that dialect can be told it.
reply_words as_told_to(dialect_id client, reply_words said);

/// In what they differ, a line each; empty: they say the same.
std::string differences(const reply_words& wanted, const reply_words& got);

}  // namespace sallyport::tests
