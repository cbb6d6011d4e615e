#pragma once
/// One segment of a journal, looked through: which of its records belong to the newest round of the ring, and which are damaged.

#include "proxy/ledger/journal_layout.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sallyport::ledger {

/// Copies what it finds, so the bytes need not outlive it and may change meanwhile (a live writer).
class segment_scan {
 public:
  /// `segment` is the segment at place `position` of the file, segment_bytes() long.
  segment_scan(std::span<const std::byte> segment, std::size_t position, const layout::geometry& divided);

  /// Number of the segment's first slot in its newest round; nothing when no record is whole.
  std::optional<std::uint64_t> first_number() const { return first_; }
  /// One behind the number of the last whole record of that round.
  std::uint64_t end_number() const { return end_; }
  std::uint64_t damaged() const { return damaged_; }
  /// The whole records of the newest round, in order.
  const std::vector<layout::record>& records() const { return records_; }

 private:
  std::vector<layout::record> records_;
  std::optional<std::uint64_t> first_;
  std::uint64_t end_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace sallyport::ledger
