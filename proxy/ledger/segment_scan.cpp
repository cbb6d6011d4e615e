#include "proxy/ledger/segment_scan.hpp"

#include <algorithm>
#include <cstring>

namespace sallyport::ledger {
namespace {

bool is_unused(const layout::record& slot) {
  const auto bytes = std::as_bytes(std::span(&slot, 1));
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

bool is_whole(const layout::record& slot, std::size_t place, const layout::geometry& divided) {
  const auto kind = slot.head.kind;
  return slot.head.checksum == layout::checksum_of(slot) && (kind == layout::record_kind::name || kind == layout::record_kind::row) &&
         slot.head.number < layout::number_max && slot.head.number % divided.slots() == place;
}

}  // namespace

segment_scan::segment_scan(std::span<const std::byte> segment, std::size_t position, const layout::geometry& divided) {
  const std::size_t count = std::min(divided.segment_records, segment.size() / layout::record_bytes);
  for (std::size_t i = 0; i < count; ++i) {
    layout::record slot;
    std::memcpy(&slot, segment.data() + i * layout::record_bytes, sizeof slot);
    if (is_whole(slot, position * divided.segment_records + i, divided)) {
      first_ = std::max(first_.value_or(0), slot.head.number - i);
      records_.push_back(slot);
    } else if (!is_unused(slot)) {
      ++damaged_;
    }
  }
  // What an earlier round of the ring left behind the newest records points to names that are overwritten.
  std::erase_if(records_, [&](const layout::record& slot) { return slot.head.number < *first_; });
  if (!records_.empty()) end_ = records_.back().head.number + 1;
}

}  // namespace sallyport::ledger
