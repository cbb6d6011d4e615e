#pragma once
/// The journal's bytes: a page with the header, then segments of records of one size. Numbers are in the byte order of the machine that
/// wrote them; the header says which. A record's number counts slots from the file's birth, so that number % slots is its place and a
/// record of an earlier round of the ring is told from a new one.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_row.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace sallyport::ledger::layout {

inline constexpr std::uint32_t version = 5;               ///< raised when the meaning of any byte or stored number changes
inline constexpr std::size_t header_bytes = 4'096;
inline constexpr std::size_t record_bytes = 192;          ///< three cache lines
inline constexpr std::size_t segment_records_max = 1'024;
inline constexpr std::size_t segment_records_min = 32;
inline constexpr std::uint16_t no_name = 0xffff;
inline constexpr std::uint64_t number_max = std::uint64_t{1} << 62;

/// How a file is divided.
struct geometry {
  std::size_t file_bytes = 0;
  std::size_t segment_records = 0;
  std::size_t segments = 0;
  std::size_t slots() const { return segments * segment_records; }
  std::size_t segment_bytes() const { return segment_records * record_bytes; }
};

geometry geometry_of(std::size_t file_bytes);

/// Random; given to a file when it is made, and kept as long as it lives.
using file_identity = std::array<std::uint8_t, 16>;

/// The header page of a new file.
std::array<std::byte, header_bytes> make_header(const geometry& of, const file_identity& born_as);
/// True for a page that nobody has written yet: the file was being made when its maker died.
bool is_unwritten(std::span<const std::byte> header);
struct read_head {
  geometry divided;
  file_identity born_as{};
};
/// `size` is what the file has. Fails with a sentence that names `path` and says what differs.
result<read_head> read_header(std::span<const std::byte> header, std::size_t size, const std::string& path);

enum class record_kind : std::uint16_t { name = 1, row = 2 };

struct record_head {
  std::uint32_t checksum = 0;       ///< of all bytes behind it
  record_kind kind = record_kind::row;
  std::uint16_t name_length = 0;
  std::uint64_t number = 0;
};

inline constexpr std::size_t payload_bytes = record_bytes - sizeof(record_head);

/// What a row says in names, as places of name records within the same segment.
struct row_names {
  std::uint16_t team = no_name, key = no_name, model = no_name, deployment = no_name;
  std::uint16_t provider = no_name, price_version = no_name, reason = no_name, raised_by = no_name;
  std::uint16_t denied_by = no_name, request_outcome = no_name, tags = no_name;
};

struct row_payload {
  std::uint64_t attempt_id;
  request_uuid request_id;
  std::int64_t sent_at_ns;          ///< since 1970
  std::int64_t cost;
  std::array<std::int64_t, 5> tokens;
  std::uint64_t text_bytes;
  std::uint64_t generation;
  std::int64_t prompt_tokens;
  std::int64_t max_tokens;
  std::int64_t budget_quarter;       ///< seconds since 1970
  row_names names;
  std::uint16_t flags;
  std::uint32_t head_ms, first_token_ms, total_ms;
  std::uint16_t status;
  std::uint8_t attempt_number, runs_as, sensitivity, asks, outcome, usage_basis, price_basis;
  std::array<std::uint8_t, 3> reserved;   ///< zero
};

struct record {
  record_head head;
  std::array<std::byte, payload_bytes> payload{};
};
// 22 bytes of names, and no byte between the fields whose value nobody sets.
static_assert(std::has_unique_object_representations_v<row_payload>);
static_assert(sizeof(row_payload) <= payload_bytes && sizeof(record) == record_bytes && sizeof(record_head) == 16);

record make_name(std::uint64_t number, std::string_view name);
record make_row(std::uint64_t number, const journal_row& row, const row_names& names);

/// The checksum that the record should bear.
std::uint32_t checksum_of(const record& of);

/// A record that was written to its end, whichever its number.
bool is_whole(const record& of);
/// A slot that was never written.
bool is_unused(const record& of);

/// The text of a name record, within it.
std::string_view name_in(const record& of);

/// A row without its names, and where these stand; nothing when a stored number is none that this version writes.
struct read_row {
  journal_row row;
  row_names names;
};
std::optional<read_row> row_in(const record& of);

/// The row with its names, each asked for by its place; no_name is the empty one and not asked for.
template <class NameAt>
journal_row with_names(read_row read, NameAt&& name_at) {
  const auto named = [&](std::uint16_t place) { return place == no_name ? std::string_view() : std::string_view(name_at(place)); };
  auto& row = read.row;
  row.team = named(read.names.team);
  row.key = named(read.names.key);
  row.model = named(read.names.model);
  row.deployment = named(read.names.deployment);
  row.provider = named(read.names.provider);
  row.price_version = named(read.names.price_version);
  row.reason = named(read.names.reason);
  row.raised_by = named(read.names.raised_by);
  row.denied_by = named(read.names.denied_by);
  if (!row.last) return row;
  row.last->outcome = named(read.names.request_outcome);
  row.last->tags = named(read.names.tags);
  return row;
}

}  // namespace sallyport::ledger::layout
