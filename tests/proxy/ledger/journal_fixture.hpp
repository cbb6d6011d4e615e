#pragma once
/// Rows and a folder of its own for the journal's tests.

#include "proxy/ledger/journal.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
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

/// A row in which no field has the value that it has by default.
inline journal_row full_row() {
  journal_row row;
  row.attempt_id = 0x7fff'ffff'ffff'fffe;
  row.request_id = request_uuid_of("req_0192a0b1c2d37e4f8a9b0c1d2e3f4a5b");
  row.attempt_number = 3;
  row.sent_at = wall_time(std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds(1'700'000'000'123'456'789)));
  row.team = "search";
  row.key = "prod";
  row.model = "chat-größe";
  row.deployment = "groq/llama";
  row.provider = "groq";
  row.runs_as = deployment_class::hosted;
  row.sensitivity = data_class::confidential;
  row.asks = operation::embeddings;
  row.stream = true;
  row.outcome = attempt_outcome::broken;
  row.reason = "truncated_stream";
  row.raised_by = "detector iban";
  row.denied_by = "restricted";
  row.status = 503;
  row.tokens = {1, 2, 3, 4, 1'000'000'000'000, usage_basis::estimated};
  row.cost = -1;
  row.basis = config::price_basis::contract;
  row.price_version = "list:2026-11";
  row.head = std::chrono::milliseconds(12);
  row.first_token = std::chrono::milliseconds(345);
  row.total = std::chrono::milliseconds(67'890);
  row.text_bytes = 9'999;
  row.generation = 42;
  row.budget_quarter = 1'699'999'200;
  row.last = request_facts{.outcome = "upstream_error", .prompt_tokens = 77, .max_tokens = 0, .has_tools = true, .has_images = true,
                           .tags = "app=mail,project=x"};
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
