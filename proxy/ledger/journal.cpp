#include "proxy/ledger/journal.hpp"

#include "proxy/ledger/checksum.hpp"
#include "proxy/ledger/journal_file.hpp"
#include "proxy/ledger/segment_scan.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sallyport::ledger {
namespace {

static_assert(sizeof(layout::row_names) == names_a_row * sizeof(std::uint16_t));

layout::row_names names_at(const std::array<std::uint16_t, names_a_row>& at) {
  return {at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9], at[10]};
}

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// A name of more than name_max bytes: its beginning and a checksum of the whole, so that two long names stay two.
std::string shortened(std::string_view name) {
  char sum[16];
  std::snprintf(sum, sizeof sum, "~%08x", static_cast<unsigned>(crc32c(std::as_bytes(std::span(name)))));
  std::size_t keep = journal::name_max - 9;
  while (keep > 0 && (static_cast<unsigned char>(name[keep]) & 0xc0) == 0x80) --keep;   // not in the middle of a UTF-8 sequence
  return std::string(name.substr(0, keep)) + sum;
}

}  // namespace

/// The mapped file and where the next record goes.
class journal::writer {
 public:
  explicit writer(std::unique_ptr<journal_file> file) : file_(std::move(file)), tail_(*file_, ends_) { go_on(); }

  bool append(const journal_row& row);
  bool has_room(std::uint64_t wanted = 0) const { return free_slots() >= file_->divided().slots() / 16 + promised_ + wanted; }
  lease promise(int attempts);
  void sync();
  void when_segment_fills(std::function<void()> filled) { filled_ = std::move(filled); }
  std::uint64_t appended() const { return appended_; }
  journal_tail& tail() { return tail_; }

 private:
  void go_on();
  void learn(const segment_scan& scan);
  std::uint64_t free_until() const;
  std::uint64_t free_slots() const;
  std::size_t slots_needed(const row_texts& texts) const;
  bool make_way(const row_texts& texts);
  std::uint16_t place_of(std::string_view name);
  void publish();

  std::unique_ptr<journal_file> file_;
  journal_ends ends_;
  journal_tail tail_;
  std::function<void()> filled_;
  std::uint64_t next_ = 0;       ///< number of the next record
  std::uint64_t synced_ = 0;     ///< all numbers below were handed to write_back
  std::uint64_t appended_ = 0;
  std::uint64_t promised_ = 0;   ///< slots of requests under way
  std::unordered_map<std::string, std::uint16_t, text_hash, std::equal_to<>> places_;   ///< of names in the present segment
};

/// Finds the end of what an earlier process wrote.
void journal::writer::go_on() {
  for (std::size_t i = 0; i < file_->divided().segments; ++i) {
    const segment_scan scan(file_->segment(i), i, file_->divided());
    if (scan.end_number() <= next_) continue;
    next_ = scan.end_number();
    learn(scan);
  }
  synced_ = next_;
  ends_.published.store(next_, std::memory_order_release);
}

void journal::writer::learn(const segment_scan& scan) {
  places_.clear();
  if (next_ % file_->divided().segment_records == 0) return;
  for (const auto& record : scan.records())
    if (record.head.kind == layout::record_kind::name)
      places_.insert_or_assign(std::string(layout::name_in(record)), static_cast<std::uint16_t>(record.head.number - *scan.first_number()));
}

/// The segment in which the reader stands holds names that it needs, so it and what follows it stays.
std::uint64_t journal::writer::free_until() const {
  const auto& divided = file_->divided();
  const auto taken = ends_.taken.load(std::memory_order_acquire);
  return taken - taken % divided.segment_records + divided.slots();
}

std::uint64_t journal::writer::free_slots() const {
  const auto until = free_until();
  return next_ < until ? until - next_ : 0;
}

std::size_t journal::writer::slots_needed(const row_texts& texts) const {
  std::size_t needed = 1;
  for (const auto text : texts)
    if (!text.empty() && places_.find(text) == places_.end()) ++needed;
  return needed;
}

/// A row and its names stand in one segment; where they do not fit, the next one begins.
bool journal::writer::make_way(const row_texts& texts) {
  const auto length = file_->divided().segment_records;
  auto start = next_;
  if (start % length != 0 && length - start % length < slots_needed(texts)) start += length - start % length;
  if (start % length != 0) return true;
  if (start + length > free_until()) return false;
  next_ = start;
  places_.clear();
  // For a reader of another process, which takes a segment's first record as the end of the one before.
  std::atomic_thread_fence(std::memory_order_release);
  if (filled_ && start > 0) filled_();
  return true;
}

std::uint16_t journal::writer::place_of(std::string_view name) {
  if (name.empty()) return layout::no_name;
  if (const auto found = places_.find(name); found != places_.end()) return found->second;
  const auto place = static_cast<std::uint16_t>(next_ % file_->divided().segment_records);
  file_->put(layout::make_name(next_++, name));
  places_.emplace(name, place);
  return place;
}

bool journal::writer::append(const journal_row& row) {
  auto texts = names_of(row);
  std::array<std::string, names_a_row> cut;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i].size() > name_max) texts[i] = cut[i] = shortened(texts[i]);
  if (!make_way(texts)) return false;
  std::array<std::uint16_t, names_a_row> places{};
  for (std::size_t i = 0; i < texts.size(); ++i) places[i] = place_of(texts[i]);
  file_->put(layout::make_row(next_++, row, names_at(places)));
  publish();
  return true;
}

/// A row for each attempt, and the tags, which hardly ever stand there already.
lease journal::writer::promise(int attempts) {
  const auto slots = static_cast<std::uint64_t>(attempts) + 1;
  if (!has_room(slots)) return {};
  promised_ += slots;
  return lease([this, slots] { promised_ -= slots; });
}

void journal::writer::publish() {
  ++appended_;
  ends_.rows_in.store(ends_.rows_in.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ends_.published.store(next_, std::memory_order_release);
}

void journal::writer::sync() {
  if (synced_ == next_) return;
  file_->write_back(synced_, next_);
  synced_ = next_;
}

result<std::unique_ptr<journal>> journal::open(const std::string& path, std::size_t bytes) {
  if (bytes < bytes_min || bytes > bytes_max)
    return fail_with(failure_kind::internal, "A journal of " + std::to_string(bytes) + " bytes is not possible: " +
                                                 "state.journal_size must lie between " + std::to_string(bytes_min) + " and " +
                                                 std::to_string(bytes_max) + ".");
  auto file = journal_file::open(path, bytes);
  if (!file) return file.error();
  return std::unique_ptr<journal>(new journal(std::make_unique<writer>(std::move(*file))));
}

result<std::unique_ptr<journal>> journal::open_existing(const std::string& path) {
  auto file = journal_file::open_existing(path);
  if (!file) return file.error();
  return std::unique_ptr<journal>(new journal(std::make_unique<writer>(std::move(*file))));
}

journal::journal(std::unique_ptr<writer> opened) : writer_(std::move(opened)) {}
journal::~journal() = default;

bool journal::append(const journal_row& row) { return writer_->append(row); }
bool journal::has_room() const { return writer_->has_room(); }
lease journal::promise(int attempts) { return writer_->promise(attempts); }
void journal::sync() { writer_->sync(); }
void journal::when_segment_fills(std::function<void()> filled) { writer_->when_segment_fills(std::move(filled)); }
journal_tail& journal::tail() { return writer_->tail(); }
std::uint64_t journal::appended() const { return writer_->appended(); }

}  // namespace sallyport::ledger
