#pragma once
/// The closed list of ways in which the built-in upstream can behave badly, and the syntax that asks for them in a model's name:
///
///   NAME                        behaves well
///   NAME!fault                  with the fault's default value
///   NAME!fault=value!fault      several at once
///
/// Values: counts (`40`), times (`20s`, `5ms`, `1m`; at most 10 minutes), sizes (`15MiB`, `200KiB`, `512`), statuses (`429`).
/// Such a name is a legal model string for every client, provider and YAML flow list. Pure.

#include "adapters/words/result.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::rehearsal {

/// One name for each row of the catalogue, in its order.
enum class fault_kind : std::uint8_t {
  // When the faults of this name are played.
  first, every, for_, flap,
  // What the answer is like; always in force.
  tokens, pace, jitter, reasoning,
  // Instead of an answer, or before its head.
  slow_head, interim, reset_before_head, close_before_head, reset_on_reuse, accept_silent, garbled_head, huge_head, two_lengths, redirect,
  status, retry_after, html_error, context_length, content_policy, unauthorized, quota, model_missing, no_prefill, echo_prefill,
  // Inside a 200.
  empty_200, error_in_200, empty_stream, slow_first_token, error_in_stream_at, garbled_at, cut_after, reset_after, half_event_at,
  stall_after, stall_with_comments, stall_for, half_close_after, no_done, no_blank_line, linger_after_done, no_usage, usage_on_finish,
  huge_event, refusal, finish_length, finish_filtered,
  // How the bytes are put on the wire.
  truncated_content_length, short_chunk_after, close_delimited, wrong_type, gzip_unasked, gzip_unlabelled, crlf, cr, no_space, multi_line,
  comments, split_utf8, trickle, trickle_after,
};

inline constexpr std::size_t fault_kind_count = static_cast<std::size_t>(fault_kind::trickle_after) + 1;

enum class fault_group : std::uint8_t {
  condition,  ///< limits when the faults beside it are played; alone it does nothing
  shape,      ///< no fault: the answer's length and pace, in force also while the faults rest
  fault,
};

enum class value_form : std::uint8_t { none, count, time, size, status };

struct fault_row {
  fault_kind kind;
  std::string_view name;
  fault_group group;
  value_form form;
  std::int64_t default_value;  ///< milliseconds for times, bytes for sizes
  std::string_view sentence;   ///< what the upstream does
};

std::span<const fault_row> fault_catalogue();

/// What a model's name asks for.
class conduct {
 public:
  bool has(fault_kind kind) const { return values_[static_cast<std::size_t>(kind)].has_value(); }
  /// The value, or the row's default when the fault was not asked for.
  std::int64_t value(fault_kind kind) const;
  std::chrono::milliseconds time(fault_kind kind) const { return std::chrono::milliseconds(value(kind)); }
  void set(fault_kind kind, std::int64_t value) { values_[static_cast<std::size_t>(kind)] = value; }

  /// The same without faults and conditions: what is played while the conditions let the faults rest.
  conduct well_behaved() const;
  /// True when a row of the group `fault` is asked for.
  bool has_faults() const;
  /// Whether the faults are played for the `number`-th request of this name (from 1), `since_first` after the first one.
  bool plays(std::uint64_t number, std::chrono::milliseconds since_first) const;

 private:
  std::array<std::optional<std::int64_t>, fault_kind_count> values_;
};

/// Takes a model's name apart. Fails with invalid_request and a sentence that names the unknown fault or the bad value.
result<conduct> conduct_of(std::string_view model);

}  // namespace sallyport::rehearsal
