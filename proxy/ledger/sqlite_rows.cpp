#include "proxy/ledger/sqlite_rows.hpp"

#include "proxy/ledger/stored_numbers.hpp"

#include <algorithm>
#include <chrono>

namespace sallyport::ledger {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::string_view columns =
    "attempt_id, request_id, attempt_number, sent_at_ns, team, key, model, deployment, provider, class, data_class, operation, stream, "
    "outcome, reason, status, input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_basis, "
    "cost_nano_usd, price_basis, price_version, head_ms, first_token_ms, total_ms, text_bytes, generation, budget_quarter, "
    "raised_by, denied_by, request_outcome, prompt_tokens, max_tokens, has_tools, has_images, tags";

constexpr auto column_count = 1 + std::count(columns.begin(), columns.end(), ',');

// In the order of names_of().
enum name_of_row : std::size_t { team, key, model, deployment, provider, price_version, reason, raised_by, denied_by, request_outcome, tags };

std::optional<std::int64_t> count_of(const std::optional<milliseconds>& time) {
  return time ? std::optional<std::int64_t>(time->count()) : std::nullopt;
}

std::int64_t ns_of(wall_time at) { return std::chrono::duration_cast<nanoseconds>(at.time_since_epoch()).count(); }

void put_facts(sqlite_statement& into, const journal_row& row, const name_numbers& names) {
  if (!row.last) {
    for (int column = 0; column < 6; ++column) into.put_nothing();
    return;
  }
  const auto& facts = *row.last;
  into.put(names[request_outcome]).put(facts.prompt_tokens).put(facts.max_tokens);
  into.put(std::int64_t{facts.has_tools}).put(std::int64_t{facts.has_images}).put(names[tags]);
}

/// Reads the columns of a row one after the other.
class column_reader {
 public:
  explicit column_reader(const sqlite_statement& from) : from_(from) {}

  std::int64_t number() { return from_.integer(at_++); }
  std::optional<std::int64_t> number_if_any() {
    const int here = at_++;
    return from_.is_null(here) ? std::nullopt : std::optional(from_.integer(here));
  }
  std::span<const std::uint8_t> blob() { return from_.blob(at_++); }
  std::optional<milliseconds> time_if_any() {
    const auto count = number_if_any();
    return count ? std::optional(milliseconds(*count)) : std::nullopt;
  }
  /// A number that must be a word; whole() says afterwards whether all were.
  template <class Word>
  Word word() {
    const auto known = word_of<Word>(number());
    whole_ = whole_ && known;
    return known.value_or(Word{});
  }
  bool whole() const { return whole_; }

 private:
  const sqlite_statement& from_;
  int at_ = 0;
  bool whole_ = true;
};

using text_of_number = std::function<std::string(std::int64_t)>;

void read_who(column_reader& in, stored_row& row, const text_of_number& text_of) {
  row.attempt_id = static_cast<std::uint64_t>(in.number());
  const auto request = in.blob();
  std::copy_n(request.begin(), std::min(request.size(), row.request_id.size()), row.request_id.begin());
  row.attempt_number = static_cast<int>(in.number());
  row.sent_at = wall_time(std::chrono::duration_cast<wall_time::duration>(nanoseconds(in.number())));
  row.team = text_of(in.number());
  row.key = text_of(in.number());
  row.model = text_of(in.number());
  row.deployment = text_of(in.number());
  row.provider = text_of(in.number());
  row.runs_as = in.word<deployment_class>();
  row.sensitivity = in.word<data_class>();
  row.asks = in.word<operation>();
  row.stream = in.number() != 0;
}

void read_what_came(column_reader& in, stored_row& row, const text_of_number& text_of) {
  row.outcome = in.word<attempt_outcome>();
  row.reason = text_of(in.number());
  row.status = static_cast<int>(in.number());
  for (auto* const count : {&row.tokens.input, &row.tokens.cached, &row.tokens.cache_write, &row.tokens.output, &row.tokens.reasoning})
    *count = in.number();
  row.tokens.basis = in.word<usage_basis>();
  row.cost = in.number_if_any();
  const auto basis = in.number_if_any();
  if (basis) row.basis = word_of<config::price_basis>(*basis);
  row.price_version = text_of(in.number());
  row.head = in.time_if_any();
  row.first_token = in.time_if_any();
  row.total = milliseconds(in.number());
  row.text_bytes = static_cast<std::uint64_t>(in.number());
  row.generation = static_cast<std::uint64_t>(in.number());
  row.budget_quarter = in.number();
  row.raised_by = text_of(in.number());
  row.denied_by = text_of(in.number());
}

void read_facts(column_reader& in, stored_row& row, const text_of_number& text_of) {
  const auto outcome = in.number_if_any();
  if (!outcome) return;
  auto& facts = row.last.emplace();
  facts.outcome = text_of(*outcome);
  facts.prompt_tokens = in.number();
  facts.max_tokens = in.number_if_any();
  facts.has_tools = in.number() != 0;
  facts.has_images = in.number() != 0;
  facts.tags = text_of(in.number());
}

}  // namespace

std::string write_row_sql(std::string_view act, std::string_view on_conflict) {
  std::string sql = std::string(act) + " INTO attempts(" + std::string(columns) + ") VALUES(?";
  for (auto i = 1; i < column_count; ++i) sql += ",?";
  return sql + ") " + std::string(on_conflict);
}

void put_row(sqlite_statement& into, const journal_row& row, const name_numbers& names) {
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  into.put(number(row.attempt_id)).put(std::span(row.request_id)).put(number(row.attempt_number)).put(ns_of(row.sent_at));
  into.put(names[team]).put(names[key]).put(names[model]).put(names[deployment]).put(names[provider]);
  into.put(number(row.runs_as)).put(number(row.sensitivity)).put(number(row.asks)).put(number(row.stream));
  into.put(number(row.outcome)).put(names[reason]).put(number(row.status));
  const auto& used = row.tokens;
  into.put(used.input).put(used.cached).put(used.cache_write).put(used.output).put(used.reasoning);
  into.put(number(used.basis)).put(row.cost);
  into.put(row.basis ? std::optional(number(*row.basis)) : std::nullopt).put(names[price_version]);
  into.put(count_of(row.head)).put(count_of(row.first_token)).put(number(row.total.count()));
  into.put(number(row.text_bytes)).put(number(row.generation)).put(row.budget_quarter).put(names[raised_by]).put(names[denied_by]);
  put_facts(into, row, names);
}

std::string read_rows_sql() { return "SELECT " + std::string(columns) + " FROM attempts "; }

std::optional<stored_row> read_row(const sqlite_statement& from, const text_of_number& text_of) {
  column_reader in(from);
  stored_row row;
  read_who(in, row, text_of);
  read_what_came(in, row, text_of);
  read_facts(in, row, text_of);
  return in.whole() ? std::optional(std::move(row)) : std::nullopt;
}

}  // namespace sallyport::ledger
