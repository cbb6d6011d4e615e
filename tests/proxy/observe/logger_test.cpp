#include "proxy/observe/logger.hpp"

#include "proxy/observe/log_line.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <thread>

using namespace sallyport;
using namespace sallyport::observe;
using namespace std::chrono_literals;

namespace {

const wall_time noon = wall_time(std::chrono::seconds(1'795'521'600)) + 42ms;   // 2026-11-24T12:00:00.042Z

logger_options in_memory(log_format format = log_format::json) {
  return {.format = format, .target = log_target::memory, .now = [] { return noon; }};
}

std::string line_of(std::initializer_list<field> fields, std::string_view message = "m", log_format format = log_format::json) {
  logger log(in_memory(format));
  log.write(level::info, message, fields);
  log.flush();
  return log.lines().at(0);
}

/// Standard error into a pipe that nobody reads, until the end.
class stopped_reader {
 public:
  stopped_reader() : saved_(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe(ends_) == 0);
    ::dup2(ends_[1], STDERR_FILENO);
  }
  ~stopped_reader() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(ends_[1]);
    ::close(ends_[0]);
  }
  void fill() const {
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    const std::string block(4'096, 'x');
    while (::write(ends_[1], block.data(), block.size()) > 0) {}
    ::fcntl(ends_[1], F_SETFL, 0);
  }
  /// Reads on until nobody writes any more, so that the logger can end.
  std::size_t read_some() const {
    char buffer[65'536];
    const auto n = ::read(ends_[0], buffer, sizeof buffer);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }

 private:
  int saved_;
  int ends_[2]{};
};

}  // namespace

TEST_CASE("a line is one JSON object with time, level, message and fields in order") {
  CHECK(line_of({{"request_id", "req_1"},
                 {"http.response.status_code", 200},
                 {"duration_ms", 12.5},
                 {"tokens", std::uint64_t{18'446'744'073'709'551'615u}},
                 {"rescued", true},
                 {"cost_usd", usd{12'500}}},
                "request") ==
        R"({"timestamp":"2026-11-24T12:00:00.042Z","level":"info","message":"request","request_id":"req_1",)"
        R"("http.response.status_code":200,"duration_ms":12.5,"tokens":18446744073709551615,"rescued":true,"cost_usd":0.0000125})");
}

TEST_CASE("the text format is a line for eyes") {
  CHECK(line_of({{"team", "search"}, {"detail", "two words"}, {"empty", ""}, {"n", -3}}, "request", log_format::text) ==
        R"(2026-11-24T12:00:00.042Z info request team=search detail="two words" empty="" n=-3)");
}

TEST_CASE("timestamps before 1970 and at whole seconds are right") {
  CHECK(timestamp_text(wall_time(0s)) == "1970-01-01T00:00:00.000Z");
  CHECK(timestamp_text(wall_time(-1ms)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("numbers that JSON has no word for become null") {
  const auto line = line_of({{"a", std::nan("")}, {"b", std::numeric_limits<double>::infinity()}});
  CHECK(line.ends_with(R"("a":null,"b":null})"));
}

TEST_CASE("nothing from outside can break a line or forge a field") {
  const std::string evil = "x\",\"level\":\"error\"}\n{\"message\":\"forged\x1b[2J\xff";
  for (const auto format : {log_format::json, log_format::text}) {
    const auto line = line_of({{"detail", evil}}, evil, format);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\xff') == std::string::npos);
    CHECK(line.find("\"level\":\"error\"") == std::string::npos);
  }
}

TEST_CASE("a value is cut at 1 KiB and a line at 64 fields") {
  const std::string huge(1u << 20, 'y');
  CHECK(line_of({{"detail", huge}}).size() < 1'200);
  const std::vector<field> many(1'000, field{"f", 1});
  logger log(in_memory());
  log.write(level::info, "m", std::span<const field>(many));
  log.flush();
  CHECK(log.lines().at(0).size() < 64 * 6 + 100);
}

TEST_CASE("keys are scrubbed from message and fields, also where the cut goes through one") {
  CHECK(line_of({{"detail", "401 for Bearer abcdef0123456789"}}, "key sk-abcdef0123456789").find("abcdef") == std::string::npos);
  for (std::size_t before = 980; before <= 1'030; ++before) {
    const auto line = line_of({{"detail", std::string(before, ' ') + "sk-canary" + std::string(3'000, 'Z')}});
    REQUIRE(line.find("canary") == std::string::npos);
    REQUIRE(line.find("can") == std::string::npos);
  }
}

TEST_CASE("lines below the level are not written") {
  auto options = in_memory();
  options.least = level::warn;
  logger log(options);
  log.write(level::info, "no");
  log.write(level::warn, "yes");
  log.write(level::error, "yes");
  log.flush();
  CHECK(log.lines().size() == 2);
  CHECK_FALSE(log.is_on(level::info));
  CHECK(log.is_on(level::warn));
}

TEST_CASE("levels are found by their name") {
  for (const auto which : {level::debug, level::info, level::warn, level::error}) CHECK(level_named(name_of(which)) == which);
  CHECK_FALSE(level_named("loud"));
}

TEST_CASE("several threads write whole lines") {
  logger log(in_memory());
  {
    std::jthread one([&log] { for (int i = 0; i < 500; ++i) log.write(level::info, "a", {{"i", i}}); });
    std::jthread two([&log] { for (int i = 0; i < 500; ++i) log.write(level::info, "b", {{"i", i}}); });
  }
  log.flush();
  const auto lines = log.lines();
  CHECK(lines.size() == 1'000);
  for (const auto& line : lines) REQUIRE((line.starts_with('{') && line.ends_with('}')));
}

TEST_CASE("a reader that has stopped holds nobody up, and what is lost is counted") {
  stopped_reader pipe;
  pipe.fill();
  constexpr std::uint64_t lines = 1'000, queue = 16;
  std::uint64_t dropped = 0;
  std::jthread reader;
  {
    logger log({.queue_lines = queue});
    for (std::uint64_t i = 0; i < lines; ++i) log.write(level::info, "m");   // would hang here
    dropped = log.dropped();
    reader = std::jthread([&pipe] { for (std::size_t got = 0; got < 60'000;) got += pipe.read_some(); });
  }
  reader.join();
  CHECK(dropped >= lines - queue - 1);
  CHECK(dropped < lines);
}
