#include "proxy/ledger/foreign_journal.hpp"

#include "proxy/ledger/segment_scan.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace sallyport::ledger {

foreign_journal::foreign_journal(std::unique_ptr<journal_file> file) : file_(std::move(file)), tail_(*file_, ends_) {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < file_->divided().segments; ++i)
    end = std::max(end, segment_scan(file_->segment(i), i, file_->divided()).end_number());
  ends_.published.store(end, std::memory_order_release);
}

result<std::unique_ptr<foreign_journal>> foreign_journal::open(const std::string& path) {
  auto file = journal_file::open_unlocked(path);
  if (!file) return file.error();
  return std::unique_ptr<foreign_journal>(new foreign_journal(std::move(*file)));
}

bool foreign_journal::is_there(std::uint64_t number) const {
  const auto record = file_->record_at(number);
  return layout::is_whole(record) && record.head.number == number;
}

void foreign_journal::see(std::uint64_t number) {
  const auto is_row = file_->record_at(number).head.kind == layout::record_kind::row;
  if (is_row) ends_.rows_in.store(ends_.rows_in.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ends_.published.store(number + 1, std::memory_order_release);
}

// One record after the other, each with its checksum and number: so a row is seen only behind the names that it uses, and one that is being
// written is not there yet. Where a row does not fit into a segment the writer goes on with the next one.
void foreign_journal::look() {
  const auto length = file_->divided().segment_records;
  for (;;) {
    const auto next = ends_.published.load(std::memory_order_relaxed);
    const auto next_segment = next + (length - next % length) % length;
    if (is_there(next)) {
      see(next);
      continue;
    }
    if (!is_there(next_segment)) return;
    // Both may have come since the first question: what was written before the next segment began is asked for again.
    std::atomic_thread_fence(std::memory_order_acquire);
    see(is_there(next) ? next : next_segment);
  }
}

}  // namespace sallyport::ledger
