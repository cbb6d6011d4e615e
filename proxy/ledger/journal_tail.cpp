#include "proxy/ledger/journal_tail.hpp"

#include <algorithm>

namespace sallyport::ledger {

std::string journal_tail::name() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : file_.born_as()) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

/// Number of the oldest record that the ring can still hold.
std::uint64_t journal_tail::oldest() const {
  const auto& divided = file_.divided();
  const auto end = ends_.published.load(std::memory_order_acquire);
  const auto segments_begun = (end + divided.segment_records - 1) / divided.segment_records;
  return segments_begun > divided.segments ? (segments_begun - divided.segments) * divided.segment_records : 0;
}

void journal_tail::begin_at(std::optional<std::uint64_t> stored) {
  const auto end = ends_.published.load(std::memory_order_acquire);
  const auto begin = std::clamp(stored.value_or(0), oldest(), std::max(oldest(), end));
  journal_rows waiting;
  for (auto number = begin; number < end; ++number) {
    take_in(number, waiting);
    ends_.rows_in.store(ends_.rows_in.load(std::memory_order_relaxed) + waiting.rows.size(), std::memory_order_relaxed);
    waiting.rows.clear();
  }
  ends_.taken.store(begin, std::memory_order_release);
}

journal_rows journal_tail::read(std::size_t rows_max) {
  journal_rows batch;
  batch.position = taken_up_to();
  const auto end = ends_.published.load(std::memory_order_acquire);
  while (batch.position < end && batch.rows.size() < rows_max) take_in(batch.position++, batch);
  return batch;
}

void journal_tail::taken(const journal_rows& batch) {
  ends_.rows_out.store(ends_.rows_out.load(std::memory_order_relaxed) + batch.rows.size(), std::memory_order_relaxed);
  ends_.taken.store(batch.position, std::memory_order_release);
}

std::uint64_t journal_tail::lag() const {
  const auto out = ends_.rows_out.load(std::memory_order_relaxed);
  const auto in = ends_.rows_in.load(std::memory_order_relaxed);
  return in > out ? in - out : 0;
}

void journal_tail::take_in(std::uint64_t number, journal_rows& into) {
  enter_segment_of(number);
  const auto record = file_.record_at(number);
  if (!layout::is_whole(record)) {
    if (!layout::is_unused(record)) ++into.damaged;
    return;
  }
  // A slot that was left out at the end of a segment still holds a record of an earlier round.
  if (record.head.number != number || record.head.kind != layout::record_kind::row) return;
  if (auto row = layout::row_in(record))
    into.rows.push_back(layout::with_names(*row, [this](std::uint16_t place) { return name_at(place); }));
  else
    ++into.damaged;
}

void journal_tail::enter_segment_of(std::uint64_t number) {
  const auto first = number - number % file_.divided().segment_records;
  if (first == segment_) return;
  segment_ = first;
  names_.assign(file_.divided().segment_records, std::nullopt);
}

std::string_view journal_tail::name_at(std::uint16_t place) {
  if (place >= names_.size()) return "?";
  auto& known = names_[place];
  if (!known) known = look_up(segment_ + place);
  return *known;
}

std::string_view journal_tail::look_up(std::uint64_t number) const {
  const auto record = file_.record_at(number);
  if (!layout::is_whole(record) || record.head.number != number || record.head.kind != layout::record_kind::name) return "?";
  return file_.payload_at(number).substr(0, layout::name_in(record).size());
}

}  // namespace sallyport::ledger
