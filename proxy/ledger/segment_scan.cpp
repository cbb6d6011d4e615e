#include "proxy/ledger/segment_scan.hpp"

#include <algorithm>
#include <cstring>

namespace sallyport::ledger {
segment_scan::segment_scan(std::span<const std::byte> segment, std::size_t position, const layout::geometry& divided) {
  const std::size_t count = std::min(divided.segment_records, segment.size() / layout::record_bytes);
  for (std::size_t i = 0; i < count; ++i) {
    layout::record slot;
    std::memcpy(&slot, segment.data() + i * layout::record_bytes, sizeof slot);
    if (layout::is_whole(slot) && slot.head.number % divided.slots() == position * divided.segment_records + i) {
      first_ = std::max(first_.value_or(0), slot.head.number - i);
      records_.push_back(slot);
    } else if (!layout::is_unused(slot)) {
      ++damaged_;
    }
  }
  // What an earlier round of the ring left behind the newest records points to names that are overwritten.
  std::erase_if(records_, [&](const layout::record& slot) { return slot.head.number < *first_; });
  if (!records_.empty()) end_ = records_.back().head.number + 1;
}

}  // namespace sallyport::ledger
