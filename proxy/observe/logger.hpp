#pragma once
/// The log: one line an event, JSON or text, written by a thread of its own. Names of fields: request_id, team, key_id (the key's name),
/// model, provider, deployment, attempt, http.response.status_code, duration_ms, ttft_ms, tokens, cost_usd, outcome, reason, detail.
/// `timestamp` (RFC 3339, UTC, milliseconds), `level` and `message` are set here.

#include "adapters/words/money.hpp"
#include "proxy/words/clock.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::observe {

enum class level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { json, text };
enum class log_target : std::uint8_t { standard_error, standard_output, memory };

std::optional<level> level_named(std::string_view name);
std::string_view name_of(level which);

/// Money in a log line; printed exactly.
struct usd {
  nano_usd amount = 0;
};

/// The value of a field: text, number, money, truth. Text is not copied: it must live until write() returns.
class field_value {
 public:
  using variant = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool, usd>;

  field_value(std::string_view text) : held_(text) {}
  field_value(const char* text) : held_(std::string_view(text)) {}
  field_value(const std::string& text) : held_(std::string_view(text)) {}
  field_value(usd money) : held_(money) {}
  template <std::same_as<bool> Truth>
  field_value(Truth truth) : held_(truth) {}
  template <std::floating_point Number>
  field_value(Number number) : held_(static_cast<double>(number)) {}
  template <std::signed_integral Number>
  field_value(Number number) : held_(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
  field_value(Number number) : held_(static_cast<std::uint64_t>(number)) {}

  const variant& held() const { return held_; }

 private:
  variant held_;
};

/// One field. `name` is a constant of our own code, not text from outside.
struct field {
  std::string_view name;
  field_value value;
};

struct logger_options {
  level least = level::info;                 ///< lower ones are not written
  log_format format = log_format::json;
  log_target target = log_target::standard_error;
  std::size_t queue_lines = 8'192;           ///< lines that wait for a slow reader; beyond, the oldest is dropped and counted
  std::function<wall_time()> now;            ///< of `timestamp`, called by any thread; the system's clock when empty
};

/// JSON unless the standard stream of that target is a terminal.
log_format format_for(log_target target);

/// Any thread may write. A line never waits for its reader, is always one line of valid UTF-8 (control characters are escaped, bad bytes
/// replaced), holds at most 1 KiB of each value and 64 fields, and nothing in it looks like a key (see scrubbed()). The destructor writes
/// what is queued; where the reader of the stream has stopped reading, that waits for it.
class logger {
 public:
  static constexpr std::size_t value_bytes_max = 1'024;
  static constexpr std::size_t fields_max = 64;

  explicit logger(logger_options options);
  ~logger();
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  bool is_on(level which) const;
  void write(level which, std::string_view message, std::initializer_list<field> fields = {});
  void write(level which, std::string_view message, std::span<const field> fields);

  std::uint64_t dropped() const;             ///< lines lost because the queue was full
  void flush();                              ///< waits until all that was written so far is out; for tests and the way out
  std::vector<std::string> lines() const;    ///< target memory only: what came out so far, the newest 10,000

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace sallyport::observe
