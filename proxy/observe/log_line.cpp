#include "proxy/observe/log_line.hpp"

#include "proxy/observe/escape.hpp"
#include "proxy/observe/scrub.hpp"
#include "proxy/observe/usd_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace sallyport::observe {
namespace {

/// Scrubbed before it is cut, or a cut in the middle of a key could leave a piece too short to be known for one; scrubbed over a little
/// more than is kept, so that a huge text costs no more than a long one.
std::string fit(std::string_view text) { return escaped(scrubbed(text.substr(0, logger::value_bytes_max * 2)), logger::value_bytes_max); }

template <class Number>
std::string number_text(Number number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string double_text(double number) { return std::isfinite(number) ? number_text(number) : "null"; }

struct in_json {
  std::string operator()(std::string_view text) const { return '"' + fit(text) + '"'; }
  std::string operator()(std::int64_t number) const { return number_text(number); }
  std::string operator()(std::uint64_t number) const { return number_text(number); }
  std::string operator()(double number) const { return double_text(number); }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(usd money) const { return usd_text(money.amount); }
};

struct in_text : in_json {
  using in_json::operator();
  std::string operator()(std::string_view text) const {
    const auto shown = fit(text);
    const bool bare = !shown.empty() && shown.find_first_of(" \"=\\") == std::string::npos;
    return bare ? shown : '"' + shown + '"';
  }
};

std::span<const field> at_most(std::span<const field> fields) { return fields.first(std::min(fields.size(), logger::fields_max)); }

}  // namespace

std::string timestamp_text(wall_time at) {
  using namespace std::chrono;
  const auto whole = floor<milliseconds>(at);
  const auto seconds = floor<std::chrono::seconds>(whole);
  const std::time_t time = system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>((whole - seconds).count()));
  return text.data();
}

std::string json_line(wall_time at, level which, std::string_view message, std::span<const field> fields) {
  std::string line = R"({"timestamp":")" + timestamp_text(at) + R"(","level":")";
  line.append(name_of(which)).append(R"(","message":)").append(in_json{}(message));
  for (const auto& one : at_most(fields)) line.append(",\"").append(one.name).append("\":").append(std::visit(in_json{}, one.value.held()));
  return line + '}';
}

std::string text_line(wall_time at, level which, std::string_view message, std::span<const field> fields) {
  std::string line = timestamp_text(at);
  line.append(" ").append(name_of(which)).append(" ").append(fit(message));
  for (const auto& one : at_most(fields)) line.append(" ").append(one.name).append("=").append(std::visit(in_text{}, one.value.held()));
  return line;
}

}  // namespace sallyport::observe
