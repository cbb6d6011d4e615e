#pragma once
/// A `try`: names of deployments and strategies over them, for models and for the rules of teams.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/settings.hpp"
#include "config/strategy.hpp"
#include "config/value_kinds.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::config {

/// An item as it is written: a name, or a strategy with what it chooses from.
struct written_branch {
  cursor at;
  strategy by = strategy::in_order;
  std::string name = {};                     ///< not empty: a deployment, or PROVIDER/MODEL
  std::vector<written_branch> below = {};
  std::vector<int> weights = {};             ///< of a split
};
using written_try = std::vector<written_branch>;

/// The JSON Schema of one item.
std::string schema_of_try_item();

void read_try(const cursor& at, written_try& into);

template <class Owner>
field<Owner> try_key(written_try Owner::*member, std::string sentence, std::string missing) {
  field<Owner> made;
  made.row = {"try", key_row::form::list, "list of deployments, PROVIDER/MODEL or strategies", schema_of_try_item(), "",
              std::move(sentence), std::move(missing), true};
  made.read = [member](const cursor& at, Owner& into) { read_try(at, into.*member); };
  return made;
}

/// The key `affinity` beside a `try`.
template <class Owner>
field<Owner> affinity_key(std::string Owner::*member) {
  return value_key("affinity", member, one_of({"session", "prompt"}, "session or prompt"), "",
                   "Conversations stay where they began: what `split` and `least_busy` choose is not drawn for each call, but the same for all "
                   "calls of the session that the client names in privacy.session_header (`session`), or for all whose prompts begin alike "
                   "(`prompt`, and a call that names no session). Default: drawn.");
}

struct resolved_list {
  std::vector<std::shared_ptr<const deployment>> all;   ///< in the order in which they are written
  std::shared_ptr<const branch> strategy;               ///< null: they are tried in that order
};

/// Lists that are written under `fallbacks`.
struct written_fallbacks {
  std::vector<located<std::string>> context_length;
  std::vector<located<std::string>> content_filter;
};
section<written_fallbacks> fallback_keys();
fallback_lists resolved_fallbacks(const written_fallbacks& from, deployment_names& deployments);
/// What the word at that key says; a problem where nothing in the tree is drawn.
affinity read_affinity(const cursor& at, const std::string& word, const std::shared_ptr<const branch>& strategy);

/// What the names stand for; problems where one is unknown, or stands twice. What cannot be resolved is left out.
resolved_list resolved_try(const cursor& at, const written_try& from, deployment_names& deployments);

}  // namespace sallyport::config
