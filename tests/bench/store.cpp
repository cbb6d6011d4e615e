/// store_bench [ROWS] [ROWS_A_BATCH] [FOLDER]: how fast the store takes rows out of a journal, what a row costs the two threads,
/// and how long a start takes to read back what it learns from.
///   cmake --preset release -B build/release-bench -DSALLYPORT_TESTS=ON && cmake --build build/release-bench --target store_bench
///   build/release-bench/tests/proxy/ledger/store_bench

#include "proxy/ledger/journal.hpp"
#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/words/request_id.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

using namespace sallyport;
using namespace sallyport::ledger;

namespace {

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& of) { return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// What a gateway of some teams writes: names that repeat, numbers that do not.
class traffic {
 public:
  traffic() {
    for (int i = 0; i < 40; ++i) names_.push_back("name-of-length-" + std::to_string(i));
    for (int i = 0; i < 40; ++i) tags_.push_back("app=app-" + std::to_string(i % 8) + ",project=project-" + std::to_string(i));
  }

  journal_row next() {
    journal_row row;
    now_ += std::chrono::microseconds(200);
    row.attempt_id = make_attempt_id(now_);
    for (auto& byte : row.request_id) byte = static_cast<std::uint8_t>(dice_());
    row.sent_at = now_;
    row.team = name(0, 5);
    row.key = name(5, 8);
    row.model = name(13, 8);
    row.deployment = name(21, 10);
    row.provider = name(31, 6);
    row.price_version = name(37, 2);
    row.stream = true;
    row.outcome = attempt_outcome::answered;
    row.status = 200;
    row.tokens = {static_cast<std::int64_t>(dice_() % 8'000), 0, 0, static_cast<std::int64_t>(dice_() % 900), 0, usage_basis::reported};
    row.cost = static_cast<nano_usd>(dice_() % 50'000'000);
    row.basis = config::price_basis::list;
    row.head = std::chrono::milliseconds(dice_() % 400);
    row.first_token = std::chrono::milliseconds(dice_() % 900);
    row.total = std::chrono::milliseconds(dice_() % 20'000);
    row.text_bytes = dice_() % 4'000;
    row.generation = 3;
    row.budget_quarter = quarter_hour_of(now_);
    row.last = request_facts{"ok", static_cast<std::int64_t>(dice_() % 8'000), 1'000, false, false, tags_[dice_() % tags_.size()]};
    return row;
  }

 private:
  std::string_view name(std::size_t first, std::size_t count) { return names_[first + dice_() % count]; }

  std::mt19937_64 dice_{1};
  wall_time now_{std::chrono::seconds(1'800'000'000)};
  std::vector<std::string> names_, tags_;
};

struct figures {
  double append_cpu = 0, take_cpu = 0, take_wall = 0;
};

figures run(journal& rows, store& into, std::size_t count, std::size_t a_batch) {
  traffic made;
  figures sum;
  for (std::size_t done = 0; done < count; done += a_batch) {
    const auto before = cpu_seconds();
    for (std::size_t i = 0; i < a_batch; ++i)
      if (!rows.append(made.next())) std::abort();
    const auto cpu = cpu_seconds(), wall = wall_seconds();
    sum.append_cpu += cpu - before;
    const auto batch = rows.tail().read(a_batch);
    if (!into.take(batch.rows, rows.tail().name(), batch.position)) std::abort();
    rows.tail().taken(batch);
    sum.take_cpu += cpu_seconds() - cpu;
    sum.take_wall += wall_seconds() - wall;
  }
  return sum;
}

/// What a start reads of the store: the newest attempts, for the forecasts of answers, and a team's quarter-hours.
void read_back(const std::string& path, std::size_t rows) {
  const auto reader = read_sqlite_store(path);
  if (!reader) std::abort();
  std::size_t seen = 0;
  std::int64_t tokens = 0;
  const auto before = wall_seconds();
  const auto read = (*reader)->each_answer_back(wall_time(), [&](const seen_answer& one) {
    tokens += one.is_whole && !one.team.empty() && !one.model.empty() ? one.completion_tokens : 0;
    return ++seen < rows;
  });
  const auto between = wall_seconds();
  const auto quarters = (*reader)->quarters_of("name-of-length-0", 0);
  if (!read || !quarters || tokens == 0) std::abort();
  std::printf("%zu rows read back: %.0f ms, %.2f us a row; %zu quarter-hours of a team: %.2f ms\n", seen, (between - before) * 1e3,
              (between - before) / static_cast<double>(seen) * 1e6, quarters->size(), (wall_seconds() - between) * 1e3);
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, std::size_t otherwise) { return count > at ? std::strtoull(arguments[at], nullptr, 10) : otherwise; };
  const std::size_t rows = number(1, 500'000), a_batch = number(2, 500);
  const std::filesystem::path place(count > 3 ? arguments[3] : std::filesystem::temp_directory_path().c_str());
  const auto folder = place / "sallyport-store-bench";
  std::filesystem::remove_all(folder);
  auto into = open_sqlite_store(folder / "state.db");
  auto from = journal::open(folder / "journal-0", 16u << 20);
  if (!into || !from) return 1;
  (*from)->tail().begin_at(std::nullopt);
  const auto sum = run(**from, **into, rows, a_batch);
  const auto all = static_cast<double>(rows);
  into->reset();
  std::printf("%zu rows in batches of %zu: %.0f rows/s taken, %.2f us CPU a row taken (read, stored, on the disk), %.2f us a row made and "
              "appended, %.0f bytes a row in the store\n",
              rows, a_batch, all / sum.take_wall, sum.take_cpu / all * 1e6, sum.append_cpu / all * 1e6,
              static_cast<double>(std::filesystem::file_size(folder / "state.db")) / all);
  read_back(folder / "state.db", rows);
  std::filesystem::remove_all(folder);
  return 0;
}
