#include "config/scalar.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using namespace std::chrono_literals;

namespace {

scalar plain(std::string text) { return {.text = std::move(text), .folder = {}}; }
scalar in_quotes(std::string text) { return {.text = std::move(text), .plain = false, .folder = {}}; }
scalar from_outside(std::string text) { return {.text = std::move(text), .filled = true, .folder = {}}; }

parsed<milliseconds> duration(const std::string& text) { return duration_in(plain(text), 1ms, 1h); }

}  // namespace

TEST_CASE("a duration has a unit and is exact") {
  CHECK(*duration("300ms") == 300ms);
  CHECK(*duration("30s") == 30s);
  CHECK(*duration("5m") == 5min);
  CHECK(*duration("1h") == 1h);
  CHECK(*duration_in(plain("400d"), 1ms, 24h * 400) == 24h * 400);
  for (const char* wrong : {"", "s", "1.5s", "-1s", "1 s", "1S", "1m30s", "1d", "30", "05s", "99999999999999999999s", "9999999999999999h",
      "2h", "0s"})
    CHECK_MESSAGE(!duration(wrong), wrong);
}

TEST_CASE("a bare number where a duration is wanted is told what to write") {
  CHECK(duration("30").error().sentence == "\"30\" has no unit; write 30s");
  CHECK(byte_size_in(plain("64"), 1, 1 << 30).error().sentence == "\"64\" has no unit; write 64MiB");
}

TEST_CASE("sizes and counts have their own units") {
  CHECK(*byte_size_in(plain("64KiB"), 1, 1 << 30) == 65536);
  CHECK(*byte_size_in(plain("1GiB"), 1, 1 << 30) == 1u << 30);
  CHECK(*byte_size_in(plain("512B"), 1, 1 << 30) == 512);
  CHECK(*count_in(plain("10k"), 1, 1'000'000) == 10'000);
  CHECK(*count_in(plain("500"), 1, 1'000'000) == 500);
  CHECK(!byte_size_in(plain("64KB"), 1, 1 << 30));
  CHECK(!byte_size_in(plain("2GiB"), 1, 1 << 30));
  CHECK(!count_in(plain("10K"), 1, 1'000'000));
  CHECK(!count_in(plain("2M"), 1, 1'000'000));
}

TEST_CASE("a number is digits without quotes and without a leading zero") {
  CHECK(*whole_number_in(plain("8"), 0, 256) == 8);
  CHECK(*whole_number_in(plain("-1"), -5, 256) == -1);
  CHECK(whole_number_in(in_quotes("8"), 0, 256).error().sentence.find("remove the quotes") != std::string::npos);
  CHECK(whole_number_in(plain("010"), 0, 256).error().sentence.find("octal") != std::string::npos);
  CHECK(whole_number_in(plain("257"), 0, 256).error().sentence == "\"257\" is too large; the most is 256");
  for (const char* wrong : {"", "-", "1.0", "1e3", "0x10", "1_000", " 1", "99999999999999999999"}) CHECK(!whole_number_in(plain(wrong), 0,
      256));
}

TEST_CASE("only true and false are booleans") {
  CHECK(*boolean_in(plain("true")));
  CHECK(!*boolean_in(plain("false")));
  CHECK(!boolean_in(in_quotes("true")));
  for (const char* wrong : {"yes", "no", "on", "off", "True", "TRUE", "y", "1", "0", ""}) CHECK_MESSAGE(!boolean_in(plain(wrong)), wrong);
}

TEST_CASE("dollars are exact to nine digits and never go through a double") {
  CHECK(*dollars_in(plain("0.15")) == 150'000'000);
  CHECK(*dollars_in(plain("3")) == 3'000'000'000);
  CHECK(*dollars_in(plain("0.000000001")) == 1);
  CHECK(*dollars_in(plain("0.1")) + *dollars_in(plain("0.2")) == *dollars_in(plain("0.3")));
  CHECK(*dollars_in(plain("1000000.999999999")) == 1'000'000'999'999'999);
  for (const char* wrong : {"", ".5", "5.", "0.0000000001", "-1", "1e-3", "01", "1,5", "1000001", "0.15 USD", "NaN", "inf"})
    CHECK_MESSAGE(!dollars_in(plain(wrong)), wrong);
  CHECK(!dollars_in(in_quotes("0.15")));
}

TEST_CASE("a day is one of the calendar, in one form, and is written as it is read") {
  CHECK(*utc_day_in(plain("2026-01-31")) == std::chrono::sys_days(std::chrono::year(2026) / 1 / 31));
  CHECK(text_of(*utc_day_in(plain("2028-02-29"))) == "2028-02-29");
  for (const char* wrong : {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-31", "26-01-31", "1999-12-31", "2200-01-01",
                            "2026-01-31T00:00:00Z", "31-01-2026", "20260131", "2026--1-31", "2026/01/31"})
    CHECK_MESSAGE(!utc_day_in(plain(wrong)), wrong);
}

TEST_CASE("a hash is 64 hexadecimal digits, and its text is never repeated") {
  const std::string digits(64, 'a');
  CHECK((*sha256_in(plain(digits)))[31] == 0xaa);
  for (const std::string& wrong : {std::string(63, 'a'), std::string(65, 'a'), std::string(63, 'a') + "g", std::string("sk-live-1"), "-" +
      std::string(63, 'a')}) {
    const auto made = sha256_in(plain(wrong));
    REQUIRE(!made);
    CHECK(made.error().sentence.find(wrong) == std::string::npos);
  }
}

TEST_CASE("a value from outside is not shown when it is wrong") {
  CHECK(duration_in(from_outside("hunter2"), 1ms, 1h).error().sentence.find("hunter2") == std::string::npos);
  CHECK(duration_in(from_outside("12345"), 1ms, 1h).error().sentence.find("12345") == std::string::npos);
  CHECK(whole_number_in(from_outside("hunter2"), 0, 9).error().sentence.find("hunter2") == std::string::npos);
  CHECK(dollars_in(from_outside("hunter2")).error().sentence.find("hunter2") == std::string::npos);
  CHECK(boolean_in(from_outside("hunter2")).error().sentence.find("hunter2") == std::string::npos);
}

TEST_CASE("durations and sizes are written with the largest unit that divides them") {
  CHECK(text_of(90s) == "90s");
  CHECK(text_of(60s) == "1m");
  CHECK(text_of(23h) == "23h");
  CHECK(text_of(48h) == "2d");
  CHECK(text_of(milliseconds(0)) == "0ms");
  CHECK(text_of_bytes(32u << 20) == "32MiB");
  CHECK(text_of_bytes(1000) == "1000B");
}
