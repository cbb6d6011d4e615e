#pragma once
/// Writes the content blocks of the `anthropic_messages` dialect: parts of a chat -> JSON.

#include "adapters/json_object.hpp"
#include "adapters/warning_list.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

#include <string>
#include <string_view>

namespace sallyport::anthropic_messages {

/// So many prompt-cache marks may stand in a request.
inline constexpr int cache_marks_max = 4;

/// The marks of one request, which are asked for in the order of the prompt: tools, system, messages. Of too many the last ones stay.
class cache_marks {
 public:
  /// `wanted`: how many there are in all.
  explicit cache_marks(int wanted) : left_out_(wanted - cache_marks_max) {}
  /// Writes the member cache_control, if there is a mark and its turn has come.
  void write(const std::optional<cache_mark>& mark, json_object& to);

 private:
  int left_out_;
};

/// How the blocks of one request are written.
struct block_writing {
  std::string_view origin;    ///< the provider's name: its own reasoning goes back to it
  bool keeps_unsigned = false;   ///< thoughts without a signature go back too: other makers' models
  cache_marks& marks;
  warning_list& warnings;
};

/// Whether the part comes to a block at all: empty texts and other providers' reasoning do not.
bool is_written(const part& one, const block_writing& how);

/// The part, which is_written(), as a block. `where`: how a client would find it, as in messages[2].content[0]. Fails with not_supported.
result<void> write_block(const part& one, std::string_view where, const block_writing& how, json_object& to);

/// An id or name with nothing but the letters, digits, _ and - that the dialect takes; the same for the same.
std::string fitted_id(std::string_view id);
bool is_fit_name(std::string_view name);

/// {"type":"ephemeral"} with its ttl.
void write_cache_control(const cache_mark& mark, json_object& to);

}  // namespace sallyport::anthropic_messages
