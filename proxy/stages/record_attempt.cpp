#include "proxy/stages/record_attempt.hpp"

#include "proxy/ledger/journal.hpp"
#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/outcome.hpp"
#include "proxy/stages/price_attempt.hpp"
#include "proxy/words/request_id.hpp"

namespace sallyport::stages {
namespace {

using std::chrono::milliseconds;

milliseconds between(instant from, instant to) { return std::chrono::duration_cast<milliseconds>(to - from); }

wall_time wall_of(instant then, const clock& time) {
  return time.wall() - std::chrono::duration_cast<wall_time::duration>(time.now() - then);
}

/// What a row says of its request.
ledger::journal_row row_for(const exchange& x) {
  ledger::journal_row row;
  row.request_id = ledger::request_uuid_of(x.head.request_id);
  row.team = x.known.team;
  row.key = x.known.key;
  row.model = x.known.model;
  row.sensitivity = x.known.sensitivity;
  row.raised_by = x.known.raised_by;
  row.asks = x.known.asks;
  row.stream = x.known.stream;
  row.generation = x.of->number;
  row.budget_quarter = x.known.budget_quarter;
  return row;
}

ledger::journal_row row_of(const exchange& x, const attempt& ended) {
  const auto& to = *ended.to;
  auto row = row_for(x);
  row.attempt_id = ended.id;
  row.attempt_number = ended.number;
  row.sent_at = wall_of(ended.sent_at, x.with.time);
  row.deployment = to.name;
  row.provider = to.at->name;
  row.runs_as = to.at->runs_as;
  row.outcome = ended.outcome;
  if (ended.why) row.reason = ended.why->name();
  row.status = ended.status;
  row.tokens = ended.tokens;
  row.cost = ended.cost;
  row.basis = ended.basis;
  row.price_version = ended.price_version;
  if (ended.head_at) row.head = between(ended.sent_at, *ended.head_at);
  if (ended.first_token_at) row.first_token = between(ended.sent_at, *ended.first_token_at);
  row.total = between(ended.sent_at, ended.ended_at);
  row.text_bytes = ended.text_bytes;
  return row;
}

/// Of a request that was sent nowhere, since a policy or a detector denied it.
ledger::journal_row row_of_denial(const exchange& x) {
  auto row = row_for(x);
  row.attempt_id = make_attempt_id(x.with.time.wall());
  row.attempt_number = 0;
  row.sent_at = x.with.time.wall();
  row.outcome = attempt_outcome::denied;
  row.reason = x.why->name();
  row.denied_by = x.denied_by;
  return row;
}

ledger::request_facts facts_of(const exchange& x) {
  return {outcome_of(x.why), x.known.prompt_tokens, x.known.max_tokens, x.known.has_tools, x.known.has_images, x.known.tags};
}

/// A row without a promise of room must not take that of others.
void append(exchange& x, const ledger::journal_row& row) {
  if ((x.row_room || x.with.journal.has_room()) && x.with.journal.append(row)) return;
  x.with.metrics.journal_row_dropped();
  x.with.log.write(observe::level::error, "journal row dropped",
                   {{"request_id", x.head.request_id}, {"attempt", row.attempt_number}});
}

}  // namespace

void record_attempt(exchange& x, attempt& ended) {
  price_attempt(ended, x.asked, wall_of(ended.sent_at, x.with.time));
  append(x, row_of(x, ended));
  ++x.recorded;
}

void record_last_attempt(exchange& x) {
  if (x.attempts.empty() && !x.denied_by.empty()) {
    auto row = row_of_denial(x);
    row.last = facts_of(x);
    append(x, row);
  }
  if (x.attempts.empty()) return;
  auto& last = x.attempts.back();
  if (x.recorded < x.attempts.size()) {
    price_attempt(last, x.asked, wall_of(last.sent_at, x.with.time));
    x.recorded = x.attempts.size();
  }
  auto row = row_of(x, last);
  row.last = facts_of(x);
  row.denied_by = x.denied_by;
  append(x, row);
}

}  // namespace sallyport::stages
