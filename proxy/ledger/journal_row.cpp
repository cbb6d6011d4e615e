#include "proxy/ledger/journal_row.hpp"

namespace sallyport::ledger {
namespace {

constexpr std::string_view prefix = "req_";
constexpr std::string_view digits = "0123456789abcdef";

basic_request_facts<std::string> stored(const request_facts& facts) {
  const auto& [outcome, prompt_tokens, max_tokens, has_tools, has_images, tags] = facts;
  return {std::string(outcome), prompt_tokens, max_tokens, has_tools, has_images, std::string(tags)};
}

}  // namespace

request_uuid request_uuid_of(std::string_view request_id) {
  if (!request_id.starts_with(prefix)) return {};
  request_id.remove_prefix(prefix.size());
  request_uuid id{};
  if (request_id.size() != 2 * id.size()) return {};
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto high = digits.find(request_id[2 * i]);
    const auto low = digits.find(request_id[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return {};
    id[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return id;
}

std::string request_id_of(const request_uuid& id) {
  std::string text(prefix);
  for (const auto byte : id) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

row_texts names_of(const journal_row& row) {
  const auto facts = row.last.value_or(request_facts{});
  return {row.team, row.key, row.model, row.deployment, row.provider, row.price_version, row.reason, row.raised_by,
          row.denied_by, facts.outcome, facts.tags};
}

// Taken apart by name, so that a field that is added does not compile until it stands here too.
stored_row stored(const journal_row& row) {
  const auto& [id, request, number, sent_at, team, key, model, deployment, provider, runs_as, sensitivity, asks, stream, outcome, reason,
               raised_by, denied_by, status, tokens, cost, basis, price_version, head, first_token, total, text_bytes, generation, budget_quarter, last] = row;
  const auto text = [](std::string_view of) { return std::string(of); };
  return {id, request, number, sent_at, text(team), text(key), text(model), text(deployment), text(provider), runs_as, sensitivity, asks,
          stream, outcome, text(reason), text(raised_by), text(denied_by), status, tokens, cost, basis, text(price_version), head, first_token, total, text_bytes, generation,
          budget_quarter, last ? std::optional(stored(*last)) : std::nullopt};
}

}  // namespace sallyport::ledger
