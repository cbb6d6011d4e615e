#include "proxy/ledger/journal.hpp"
#include "proxy/ledger/segment_scan.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sallyport::ledger {
namespace {

struct open_file {
  int descriptor = -1;
  ~open_file() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

failure cannot(const std::string& act, const std::string& path) {
  const auto reason = std::generic_category().message(errno);
  return fail_with(failure_kind::internal, "Cannot " + act + " the journal '" + path + "': " + reason + ".");
}

/// What could be read of that range: less at the end of the file.
std::vector<std::byte> bytes_at(int descriptor, std::size_t offset, std::size_t length) {
  std::vector<std::byte> bytes(length);
  std::size_t got = 0;
  while (got < length) {
    const auto n = ::pread(descriptor, bytes.data() + got, length - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

using name_table = std::unordered_map<std::uint16_t, std::string_view>;   // within the scan

std::string_view name_at(const name_table& names, std::uint16_t place) {
  const auto found = names.find(place);
  return found == names.end() ? "?" : found->second;
}

struct segment_rows {
  std::uint64_t first = 0;
  std::vector<stored_row> rows;
};

segment_rows rows_of(const segment_scan& scan, std::uint64_t& damaged) {
  segment_rows out{scan.first_number().value_or(0), {}};
  name_table names;
  for (const auto& record : scan.records()) {
    if (record.head.kind == layout::record_kind::name) {
      names[static_cast<std::uint16_t>(record.head.number - out.first)] = layout::name_in(record);
    } else if (auto row = layout::row_in(record)) {
      out.rows.push_back(stored(layout::with_names(*row, [&](std::uint16_t place) { return name_at(names, place); })));
    } else {
      ++damaged;
    }
  }
  return out;
}

/// Of several rows of one attempt the last is kept: it says more.
void keep_later(std::vector<stored_row>& rows) {
  std::unordered_set<std::uint64_t> seen;
  const auto is_said_later = [&seen](const stored_row& row) { return !seen.insert(row.attempt_id).second; };
  rows.erase(rows.begin(), std::remove_if(rows.rbegin(), rows.rend(), is_said_later).base());
}

journal_contents in_order(std::vector<segment_rows> segments, std::uint64_t damaged) {
  std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  journal_contents all{{}, damaged};
  for (auto& segment : segments) std::move(segment.rows.begin(), segment.rows.end(), std::back_inserter(all.rows));
  keep_later(all.rows);
  return all;
}

}  // namespace

result<journal_contents> read_journal(const std::string& path) {
  open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor < 0) return cannot("open", path);
  struct stat facts {};
  if (::fstat(file.descriptor, &facts) != 0) return cannot("look at", path);
  const auto header = bytes_at(file.descriptor, 0, layout::header_bytes);
  const auto head = layout::read_header(header, static_cast<std::size_t>(facts.st_size), path);
  if (!head) return head.error();
  const auto& divided = head->divided;
  std::vector<segment_rows> segments;
  std::uint64_t damaged = 0;
  for (std::size_t i = 0; i < divided.segments; ++i) {
    const auto bytes = bytes_at(file.descriptor, layout::header_bytes + i * divided.segment_bytes(), divided.segment_bytes());
    const segment_scan scan(bytes, i, divided);
    damaged += scan.damaged();
    segments.push_back(rows_of(scan, damaged));
  }
  return in_order(std::move(segments), damaged);
}

}  // namespace sallyport::ledger
