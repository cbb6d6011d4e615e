#pragma once
/// Rows and a folder of its own for the journal's tests.

#include "proxy/ledger/journal.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sallyport::ledger::tests {

/// A folder that goes with the test.
class folder {
 public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sallyport_journal_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  std::string file(const char* name = "worker-0.journal") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline journal_row plain_row(std::uint64_t id) {
  journal_row row;
  row.attempt_id = id;
  row.team = "search";
  row.key = "prod";
  row.model = "chat";
  row.deployment = "groq/llama";
  row.provider = "groq";
  row.outcome = attempt_outcome::answered;
  row.status = 200;
  row.tokens = {10, 0, 0, 20, 0, usage_basis::reported};
  row.cost = static_cast<nano_usd>(id * 7);
  return row;
}

/// Open, with its reader at `position`.
inline std::unique_ptr<journal> opened(const std::string& path, std::size_t bytes = journal::bytes_min,
                                       std::optional<std::uint64_t> position = std::nullopt) {
  auto made = journal::open(path, bytes);
  if (!made) throw std::runtime_error(std::string(made.error().client_sentence()));
  (*made)->tail().begin_at(position);
  return std::move(*made);
}

/// Takes all that there is to take, so that the ring can go on; the ids in their order.
inline std::vector<std::uint64_t> take_all(journal& from) {
  std::vector<std::uint64_t> all;
  for (;;) {
    const auto batch = from.tail().read(1'000);
    for (const auto& row : batch.rows) all.push_back(row.attempt_id);
    const bool was_last = batch.rows.empty();
    from.tail().taken(batch);
    if (was_last) return all;
  }
}

inline journal_contents contents(const std::string& path) {
  auto read = read_journal(path);
  if (!read) throw std::runtime_error(std::string(read.error().client_sentence()));
  return std::move(*read);
}

inline std::vector<std::uint64_t> ids(const journal_contents& of) {
  std::vector<std::uint64_t> all;
  for (const auto& row : of.rows) all.push_back(row.attempt_id);
  return all;
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace sallyport::ledger::tests
