#include "proxy/ledger/journal_layout.hpp"

#include "proxy/ledger/checksum.hpp"
#include "proxy/ledger/stored_numbers.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace sallyport::ledger::layout {
namespace {

constexpr std::array<char, 8> magic{'S', 'P', 'J', 'R', 'N', 'L', '\r', '\n'};
constexpr std::uint32_t byte_order_mark = 0x0102'0304;

struct header_fields {
  std::array<char, 8> magic;
  std::uint32_t byte_order;
  std::uint32_t version;
  std::uint32_t record_bytes;
  std::uint32_t segment_records;
  std::uint64_t file_bytes;
  file_identity born_as;
  std::uint32_t checksum;   ///< of all before it
  std::uint32_t unused;
};
static_assert(std::is_trivially_copyable_v<header_fields> && sizeof(header_fields) == 56);
static_assert(std::is_trivially_copyable_v<record> && std::is_trivially_copyable_v<row_payload>);

constexpr unsigned streamed = 1;
constexpr unsigned cost_known = 2;
constexpr unsigned basis_known = 4;
constexpr unsigned is_last = 8;
constexpr unsigned max_tokens_given = 16;
constexpr unsigned has_tools = 32;
constexpr unsigned has_images = 64;

constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

std::uint32_t checksum_of(const header_fields& fields) {
  return crc32c(std::as_bytes(std::span(&fields, 1)).first(offsetof(header_fields, checksum)));
}

std::uint32_t stored_ms(std::optional<std::chrono::milliseconds> time) {
  return time ? static_cast<std::uint32_t>(std::clamp<std::int64_t>(time->count(), 0, never - 1)) : never;
}

std::optional<std::chrono::milliseconds> read_ms(std::uint32_t stored) {
  return stored == never ? std::nullopt : std::optional(std::chrono::milliseconds(stored));
}

std::uint16_t flags_of(const journal_row& row) {
  unsigned flags = (row.stream ? streamed : 0u) | (row.cost ? cost_known : 0u) | (row.basis ? basis_known : 0u);
  if (row.last)
    flags |= is_last | (row.last->max_tokens ? max_tokens_given : 0u) | (row.last->has_tools ? has_tools : 0u) |
             (row.last->has_images ? has_images : 0u);
  return static_cast<std::uint16_t>(flags);
}

std::int64_t nanoseconds_of(wall_time at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

row_payload payload_of(const journal_row& row, const row_names& names) {
  row_payload out{};
  out.attempt_id = row.attempt_id;
  out.request_id = row.request_id;
  out.sent_at_ns = nanoseconds_of(row.sent_at);
  out.cost = row.cost.value_or(0);
  out.tokens = {row.tokens.input, row.tokens.cached, row.tokens.cache_write, row.tokens.output, row.tokens.reasoning};
  out.text_bytes = row.text_bytes;
  out.generation = row.generation;
  out.budget_quarter = row.budget_quarter;
  out.prompt_tokens = row.last ? row.last->prompt_tokens : 0;
  out.max_tokens = row.last ? row.last->max_tokens.value_or(0) : 0;
  out.names = names;
  out.head_ms = stored_ms(row.head);
  out.first_token_ms = stored_ms(row.first_token);
  out.total_ms = stored_ms(row.total);
  out.flags = flags_of(row);
  out.status = static_cast<std::uint16_t>(std::clamp(row.status, 0, 0xffff));
  out.attempt_number = static_cast<std::uint8_t>(std::clamp(row.attempt_number, 0, 0xff));
  out.runs_as = static_cast<std::uint8_t>(row.runs_as);
  out.sensitivity = static_cast<std::uint8_t>(row.sensitivity);
  out.asks = static_cast<std::uint8_t>(row.asks);
  out.outcome = static_cast<std::uint8_t>(row.outcome);
  out.usage_basis = static_cast<std::uint8_t>(row.tokens.basis);
  out.price_basis = row.basis ? static_cast<std::uint8_t>(*row.basis) : std::uint8_t{0};
  return out;
}

bool in_range(const row_payload& in) {
  return word_of<deployment_class>(in.runs_as) && word_of<data_class>(in.sensitivity) && word_of<operation>(in.asks) &&
         word_of<attempt_outcome>(in.outcome) && word_of<usage_basis>(in.usage_basis) && word_of<config::price_basis>(in.price_basis);
}

journal_row row_of(const row_payload& in) {
  journal_row out;
  out.attempt_id = in.attempt_id;
  out.request_id = in.request_id;
  out.sent_at = wall_time(std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds(in.sent_at_ns)));
  if (in.flags & cost_known) out.cost = in.cost;
  if (in.flags & basis_known) out.basis = static_cast<config::price_basis>(in.price_basis);
  out.tokens = {in.tokens[0], in.tokens[1], in.tokens[2], in.tokens[3], in.tokens[4], static_cast<usage_basis>(in.usage_basis)};
  out.text_bytes = in.text_bytes;
  out.generation = in.generation;
  out.budget_quarter = in.budget_quarter;
  out.head = read_ms(in.head_ms);
  out.first_token = read_ms(in.first_token_ms);
  out.total = std::chrono::milliseconds(in.total_ms);
  out.stream = (in.flags & streamed) != 0;
  out.status = in.status;
  out.attempt_number = in.attempt_number;
  out.runs_as = static_cast<deployment_class>(in.runs_as);
  out.sensitivity = static_cast<data_class>(in.sensitivity);
  out.asks = static_cast<operation>(in.asks);
  out.outcome = static_cast<attempt_outcome>(in.outcome);
  if (in.flags & is_last) {
    auto& facts = out.last.emplace();
    facts.prompt_tokens = in.prompt_tokens;
    if (in.flags & max_tokens_given) facts.max_tokens = in.max_tokens;
    facts.has_tools = (in.flags & has_tools) != 0;
    facts.has_images = (in.flags & has_images) != 0;
  }
  return out;
}

failure unreadable(const std::string& path, const std::string& what) {
  return fail_with(failure_kind::internal, "The journal '" + path + "' " + what +
                                               " Move the file away (it holds ledger rows) and start again: a new one is made.");
}

}  // namespace

geometry geometry_of(std::size_t file_bytes) {
  geometry made;
  made.file_bytes = file_bytes;
  const std::size_t records = file_bytes > header_bytes ? (file_bytes - header_bytes) / record_bytes : 0;
  made.segment_records = std::clamp(records / 16, segment_records_min, segment_records_max);
  made.segments = records / made.segment_records;
  return made;
}

std::array<std::byte, header_bytes> make_header(const geometry& of, const file_identity& born_as) {
  const auto segment_records = static_cast<std::uint32_t>(of.segment_records);
  header_fields fields{magic, byte_order_mark, version, record_bytes, segment_records, of.file_bytes, born_as, 0, 0};
  fields.checksum = checksum_of(fields);
  std::array<std::byte, header_bytes> page{};
  std::memcpy(page.data(), &fields, sizeof fields);
  return page;
}

bool is_unwritten(std::span<const std::byte> header) {
  return std::all_of(header.begin(), header.end(), [](std::byte b) { return b == std::byte{0}; });
}

result<read_head> read_header(std::span<const std::byte> header, std::size_t size, const std::string& path) {
  header_fields fields{};
  if (header.size() < sizeof fields) return unreadable(path, "is too short to be one.");
  std::memcpy(&fields, header.data(), sizeof fields);
  if (fields.magic != magic) return unreadable(path, "is not a journal: it begins with other bytes.");
  if (fields.byte_order != byte_order_mark) return unreadable(path, "comes from a machine of another byte order.");
  if (fields.version != version)
    return unreadable(path, "has version " + std::to_string(fields.version) + "; this binary writes version " +
                                std::to_string(version) + ".");
  if (fields.checksum != checksum_of(fields)) return unreadable(path, "has a damaged header.");
  const auto expected = geometry_of(fields.file_bytes);
  if (fields.record_bytes != record_bytes || fields.segment_records != expected.segment_records || expected.segments < 2)
    return unreadable(path, "is divided in another way than this binary does.");
  if (fields.file_bytes != size)
    return unreadable(path, "is " + std::to_string(size) + " bytes long; its header says " + std::to_string(fields.file_bytes) +
                                ". Part of it is missing or was added.");
  return read_head{expected, fields.born_as};
}

std::uint32_t checksum_of(const record& of) {
  return crc32c(std::as_bytes(std::span(&of, 1)).subspan(sizeof of.head.checksum));
}

record make_name(std::uint64_t number, std::string_view name) {
  record made;
  made.head = {0, record_kind::name, static_cast<std::uint16_t>(std::min(name.size(), payload_bytes)), number};
  std::memcpy(made.payload.data(), name.data(), made.head.name_length);
  made.head.checksum = checksum_of(made);
  return made;
}

record make_row(std::uint64_t number, const journal_row& row, const row_names& names) {
  record made;
  made.head = {0, record_kind::row, 0, number};
  const auto payload = payload_of(row, names);
  std::memcpy(made.payload.data(), &payload, sizeof payload);
  made.head.checksum = checksum_of(made);
  return made;
}

bool is_whole(const record& of) {
  return of.head.checksum == checksum_of(of) && (of.head.kind == record_kind::name || of.head.kind == record_kind::row) &&
         of.head.number < number_max;
}

bool is_unused(const record& of) {
  const auto bytes = std::as_bytes(std::span(&of, 1));
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

std::string_view name_in(const record& of) {
  const auto length = std::min<std::size_t>(of.head.name_length, payload_bytes);
  return {reinterpret_cast<const char*>(of.payload.data()), length};
}

std::optional<read_row> row_in(const record& of) {
  row_payload payload{};
  std::memcpy(&payload, of.payload.data(), sizeof payload);
  if (!in_range(payload)) return std::nullopt;
  return read_row{row_of(payload), payload.names};
}

}  // namespace sallyport::ledger::layout
