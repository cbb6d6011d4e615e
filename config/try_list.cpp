#include "config/try_list.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace sallyport::config {
namespace {

constexpr std::size_t deployments_max = 32;
constexpr int depth_max = 4;
constexpr int weight_max = 1'000'000;

void read_branches(const cursor& at, int depth, written_try& into);

/// One part of a split that is written as a list.
struct split_part {
  int weight = 0;
  written_try tried;
};

section<split_part> part_keys(int depth) {
  field<split_part> tried;
  tried.row = {"try", key_row::form::list, "list", schema_of_try_item(), "", "What this part is served by, in order.",
               "is missing; list what serves this part, as in try: [qwen]", true};
  tried.read = [depth](const cursor& at, split_part& into) { read_branches(at, depth + 1, into.tried); };
  return {required(value_key("weight", &split_part::weight, whole_number(0, weight_max), "", "Its share, beside those of the other parts."),
                   "is missing; write the share of this part, as in weight: 90"),
          tried};
}

/// {qwen: 90, openai/gpt-4o-mini: 10}
void read_split_map(const cursor& at, written_branch& into) {
  for (const auto& entry : at.here().entries) {
    const auto there = at.below(entry);
    const auto weight = read_value(there, whole_number(0, weight_max));
    if (!weight) continue;
    into.below.push_back({.at = there, .name = entry.key});
    into.weights.push_back(*weight);
  }
}

/// [{weight: 90, try: [qwen]}, ...]
void read_split_list(const cursor& at, int depth, written_branch& into) {
  std::vector<located<split_part>> parts;
  read_sections(at, part_keys(depth), parts);
  for (auto& one : parts) {
    into.below.push_back({.at = one.at, .by = strategy::in_order, .below = std::move(one.value.tried)});
    into.weights.push_back(one.value.weight);
  }
}

void read_split(const cursor& at, int depth, written_branch& into) {
  using shape = node::shape;
  if (at.here().is == shape::list)
    read_split_list(at, depth, into);
  else if (at.is_map())
    read_split_map(at, into);
  else
    return;
  if (at.here().is == shape::map && at.here().entries.empty()) return at.refuse("is empty; name at least one deployment with its weight");
  const bool all_read = !into.weights.empty() && into.weights.size() == std::max(at.here().entries.size(), at.here().items.size());
  if (all_read && std::accumulate(into.weights.begin(), into.weights.end(), std::int64_t{0}) == 0)
    at.refuse("gives every part the weight 0; give at least one a share of the calls");
}

std::optional<strategy> strategy_named(std::string_view name) {
  for (const auto one : {strategy::split, strategy::cheapest, strategy::fastest, strategy::least_busy})
    if (name_of(one) == name) return one;
  return std::nullopt;
}

void read_strategy(const cursor& at, int depth, written_try& into) {
  const auto& entries = at.here().entries;
  const auto which = entries.size() == 1 ? strategy_named(entries[0].key) : std::nullopt;
  if (!which)
    return at.refuse("is neither a deployment nor one strategy; write a name, or one of split, cheapest, fastest, least_busy, as in "
                     "{cheapest: [qwen, openai/gpt-4o-mini]}");
  if (depth >= depth_max) return at.refuse("nests strategies more than 4 deep");
  written_branch made{.at = at, .by = *which};
  const auto there = at.below(entries[0]);
  if (*which == strategy::split)
    read_split(there, depth, made);
  else
    read_branches(there, depth + 1, made.below);
  into.push_back(std::move(made));
}

void read_branches(const cursor& at, int depth, written_try& into) {
  if (!at.is_list()) return;
  if (at.here().items.empty()) at.refuse("is empty; name at least one deployment or PROVIDER/MODEL");
  for (std::size_t i = 0; i < at.here().items.size(); ++i) {
    const auto item = at.item(i);
    if (item.here().is == node::shape::map)
      read_strategy(item, depth, into);
    else if (auto name = read_value(item, line_of_text(400)))
      into.push_back({.at = item, .name = std::move(*name)});
  }
}

/// Resolves a tree, leaf by leaf.
class resolver {
 public:
  resolver(deployment_names& deployments, std::vector<std::shared_ptr<const deployment>>& all) : deployments_(deployments), all_(all) {}

  std::optional<branch> of(const written_branch& from) {
    if (!from.name.empty()) return leaf_of(from);
    branch made{.by = from.by, .leaf = {}, .below = {}, .weights = {}};
    for (std::size_t i = 0; i < from.below.size(); ++i) {
      auto one = of(from.below[i]);
      if (!one) continue;
      made.below.push_back(std::move(*one));
      if (from.by == strategy::split) made.weights.push_back(from.weights[i]);
    }
    if (made.below.empty()) return std::nullopt;
    return made;
  }
  std::size_t names() const { return seen_.size(); }

 private:
  std::optional<branch> leaf_of(const written_branch& from) {
    if (std::find(seen_.begin(), seen_.end(), from.name) != seen_.end()) {
      from.at.refuse(from.at.shown(from.name) + " stands twice in this list; remove one of the two");
      return std::nullopt;
    }
    seen_.push_back(from.name);
    auto found = deployments_.resolve(from.at, from.name);
    if (!found) return std::nullopt;
    all_.push_back(found);
    return branch{.by = strategy::in_order, .leaf = std::move(found), .below = {}, .weights = {}};
  }

  deployment_names& deployments_;
  std::vector<std::shared_ptr<const deployment>>& all_;
  std::vector<std::string> seen_;
};

}  // namespace

std::string schema_of_try_item() {
  const std::string weight = whole_number(0, weight_max).schema;
  const std::string list = R"({"type":"array","minItems":1})";
  const std::string part = R"({"type":"object","required":["weight","try"],"additionalProperties":false,"properties":{"weight":)" + weight +
                           R"(,"try":)" + list + "}}";
  return R"({"anyOf":[)" + text_schema() + R"(,{"type":"object","minProperties":1,"maxProperties":1,"additionalProperties":false,)" +
         R"("properties":{"split":{"anyOf":[{"type":"object","minProperties":1,"additionalProperties":)" + weight +
         R"(},{"type":"array","minItems":1,"items":)" + part + R"(}]},"cheapest":)" + list + R"(,"fastest":)" + list + R"(,"least_busy":)" + list +
         "}}]}";
}

section<written_fallbacks> fallback_keys() {
  using w = written_fallbacks;
  return {list_key("context_length", &w::context_length, line_of_text(400),
                   "Deployments or PROVIDER/MODEL that are asked, in order, when a request is too long for the one that was asked."),
          list_key("content_filter", &w::content_filter, line_of_text(400),
                   "The same for when a provider's content filter refuses a request. Without it such a refusal is final.")};
}

fallback_lists resolved_fallbacks(const written_fallbacks& from, deployment_names& deployments) {
  const auto resolved = [&](const std::vector<located<std::string>>& names) {
    std::vector<std::shared_ptr<const deployment>> list;
    for (const auto& one : names) {
      if (list.size() == deployments_max) one.at.refuse("is one of more than 32 deployments");
      auto found = deployments.resolve(one.at, one.value);
      if (found && std::find(list.begin(), list.end(), found) != list.end())
        one.at.refuse(one.at.shown(one.value) + " stands twice in this list; remove one of the two");
      else if (found)
        list.push_back(std::move(found));
    }
    return list;
  };
  return {resolved(from.context_length), resolved(from.content_filter)};
}

void read_try(const cursor& at, written_try& into) { read_branches(at, 0, into); }

resolved_list resolved_try(const cursor& at, const written_try& from, deployment_names& deployments) {
  resolved_list made;
  resolver resolve(deployments, made.all);
  const auto tree = resolve.of({.at = at, .by = strategy::in_order, .below = from});
  if (resolve.names() > deployments_max) at.refuse("lists more than 32 deployments");
  const bool is_plain = std::all_of(from.begin(), from.end(), [](const written_branch& one) { return !one.name.empty(); });
  if (tree && !is_plain) made.strategy = std::make_shared<const branch>(*tree);
  return made;
}

bool draws(const branch& tree) {
  const bool by_itself = (tree.by == strategy::split || tree.by == strategy::least_busy) && tree.below.size() > 1;
  return by_itself || std::any_of(tree.below.begin(), tree.below.end(), draws);
}

affinity read_affinity(const cursor& at, const std::string& word, const std::shared_ptr<const branch>& strategy) {
  if (word.empty()) return affinity::none;
  if (!strategy || !draws(*strategy))
    at.refuse("has nothing to decide: it is for what split and least_busy draw, as in try: [{least_busy: [gpu1, gpu2]}]; remove it, or let "
              "try draw");
  return word == name_of(affinity::session) ? affinity::session : affinity::prompt;
}

}  // namespace sallyport::config
