#pragma once
/// What stands in journals and stores as a number. A number once given keeps its meaning: new words go behind the old ones. Who changes one
/// raises the journal's layout::version and adds a migration to the store.

#include "adapters/words/data_class.hpp"
#include "adapters/words/deployment_class.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/usage.hpp"
#include "config/settings.hpp"
#include "proxy/words/attempt.hpp"

#include <cstdint>
#include <optional>

namespace sallyport::ledger {

// Each is a switch without a default, so that a new word does not compile (-Wswitch) before it stands here; a number that no word has is
// damage. The other way round, a word that is taken away does not compile either.
constexpr bool is_known(deployment_class which) {
  switch (which) {
    case deployment_class::in_house:
    case deployment_class::hosted:
    case deployment_class::managed: return true;
  }
  return false;
}

constexpr bool is_known(data_class which) {
  switch (which) {
    case data_class::public_:
    case data_class::internal:
    case data_class::confidential:
    case data_class::restricted: return true;
  }
  return false;
}

constexpr bool is_known(operation which) {
  switch (which) {
    case operation::chat_completions:
    case operation::completions:
    case operation::embeddings:
    case operation::count_tokens: return true;
  }
  return false;
}

constexpr bool is_known(attempt_outcome which) {
  switch (which) {
    case attempt_outcome::pending:
    case attempt_outcome::answered:
    case attempt_outcome::failed:
    case attempt_outcome::broken:
    case attempt_outcome::abandoned:
    case attempt_outcome::denied: return true;
  }
  return false;
}

constexpr bool is_known(usage_basis which) {
  switch (which) {
    case usage_basis::none:
    case usage_basis::reported:
    case usage_basis::estimated: return true;
  }
  return false;
}

constexpr bool is_known(config::price_basis which) {
  switch (which) {
    case config::price_basis::list:
    case config::price_basis::contract:
    case config::price_basis::gpu_used: return true;
  }
  return false;
}

static_assert(static_cast<int>(deployment_class::in_house) == 0 && static_cast<int>(deployment_class::hosted) == 1 &&
              static_cast<int>(deployment_class::managed) == 2);
static_assert(static_cast<int>(data_class::public_) == 0 && static_cast<int>(data_class::internal) == 1 &&
              static_cast<int>(data_class::confidential) == 2 && static_cast<int>(data_class::restricted) == 3);
static_assert(static_cast<int>(operation::chat_completions) == 0 && static_cast<int>(operation::completions) == 1 &&
              static_cast<int>(operation::embeddings) == 2 && static_cast<int>(operation::count_tokens) == 3);
static_assert(static_cast<int>(attempt_outcome::pending) == 0 && static_cast<int>(attempt_outcome::answered) == 1 &&
              static_cast<int>(attempt_outcome::failed) == 2 && static_cast<int>(attempt_outcome::broken) == 3 &&
              static_cast<int>(attempt_outcome::abandoned) == 4 && static_cast<int>(attempt_outcome::denied) == 5);
static_assert(static_cast<int>(usage_basis::none) == 0 && static_cast<int>(usage_basis::reported) == 1 &&
              static_cast<int>(usage_basis::estimated) == 2);
static_assert(static_cast<int>(config::price_basis::list) == 0 && static_cast<int>(config::price_basis::contract) == 1 &&
              static_cast<int>(config::price_basis::gpu_used) == 2);

/// The word of a stored number; nothing for a number that no word has.
template <class Word>
constexpr std::optional<Word> word_of(std::int64_t stored) {
  if (stored < 0 || stored > 0xff || !is_known(static_cast<Word>(stored))) return std::nullopt;
  return static_cast<Word>(stored);
}

}  // namespace sallyport::ledger
