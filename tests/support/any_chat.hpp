#pragma once
/// Chats at random, of what a dialect carries as it is: for properties of translations.

#include "adapters/words/chat.hpp"

namespace sallyport::tests {

/// What a dialect has a place for of its own, so that a chat with it is the same chat behind it. What all of them have is not named.
struct carried {
  bool developer = false;     ///< messages of the role
  bool later_system = false;  ///< a system message between others
  bool refusals = false;
  bool image_detail = false;
  bool result_images = false;  ///< images in the results of tools
  bool marks = false;          ///< cache marks on texts and tools
  bool schema = false;         ///< a JSON Schema with its name
  bool choice_only = false;    ///< parallel calls without a choice
  bool effort = false;
  bool stop = false;
  bool penalties = false;  ///< and seed, and biases
  bool logprobs = false;
  bool top_k = false;
  bool tags = false;  ///< verbosity, metadata, store, keys and tiers
};

constexpr carried both(const carried& a, const carried& b) {
  return {a.developer && b.developer,
          a.later_system && b.later_system,
          a.refusals && b.refusals,
          a.image_detail && b.image_detail,
          a.result_images && b.result_images,
          a.marks && b.marks,
          a.schema && b.schema,
          a.choice_only && b.choice_only,
          a.effort && b.effort,
          a.stop && b.stop,
          a.penalties && b.penalties,
          a.logprobs && b.logprobs,
          a.top_k && b.top_k,
          a.tags && b.tags};
}

/// Without what means the same as nothing: dialects that want it said say it.
chat plain(chat said);

/// Inside a rapidcheck property only.
chat any_chat(const carried& what);

}  // namespace sallyport::tests
