#pragma once
/// The kinds of value that a key can have: how each is read, its word on the reference page and its JSON Schema.

#include "config/cursor.hpp"
#include "config/scalar.hpp"
#include "config/settings.hpp"
#include "config/time_zone.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

template <class T>
struct value_kind {
  std::string word;    ///< on the reference page
  std::string schema;  ///< draft-07, as JSON
  std::function<parsed<T>(const scalar&)> read;
};

/// A secret and whether it was written into the file instead of being referred to.
struct written_secret {
  secret text;
  bool given = false;
  bool written_out = false;
};

value_kind<bool> yes_or_no();
value_kind<int> whole_number(int least, int most);
value_kind<std::size_t> count(std::size_t least, std::size_t most);
value_kind<milliseconds> duration(milliseconds least, milliseconds most);
value_kind<std::size_t> byte_size(std::size_t least, std::size_t most);
value_kind<nano_usd> dollars();
/// An amount of USD above zero.
value_kind<nano_usd> money();
/// 600/min, 10/s, 400k/min, 2M/hour, 50M/day
value_kind<rate> amount_in_time();
/// 80%
value_kind<int> percent(int least, int most);
/// 0d, 30d
value_kind<int> whole_days(int most);
/// public, internal, confidential or restricted
value_kind<data_class> class_of_data();
value_kind<nano_usd> dollars_an_hour();
/// Hundredths of a per cent.
value_kind<int> percentage(int most_per_cent);
/// A day in UTC, 2000 to 2199.
value_kind<std::chrono::sys_days> utc_day();
/// Any text without control characters that is not empty, at most `bytes_max` long.
value_kind<std::string> line_of_text(std::size_t bytes_max = 1024);
/// A path; a relative one is taken from the folder of the file it stands in.
value_kind<std::string> path_of_file();
/// sqlite:///absolute/path or sqlite://relative/path, as a path like the above.
value_kind<std::string> address_of_store();
value_kind<socket_address> address_to_listen_on();
value_kind<base_url> web_address();
value_kind<network> address_range();
value_kind<std::array<std::uint8_t, 32>> sha256_hash();
value_kind<written_secret> secret_text();
/// The IANA name of a zone that the machine's database has.
value_kind<time_zone> zone_by_name();
/// Exactly one of these words.
value_kind<std::string> one_of(std::vector<std::string> words, std::string word_on_page);
value_kind<dialect_id> wire_language();
/// How a deployment continues an answer that another one began.
value_kind<continuation> way_to_go_on();

/// The schema of a text, for maps of free keys.
std::string text_schema();

/// The value at that cursor; otherwise nothing, and a problem.
template <class T>
std::optional<T> read_value(const cursor& at, const value_kind<T>& kind) {
  const auto text = at.text();
  if (!text) return std::nullopt;
  auto value = kind.read(*text);
  if (value) return std::move(*value);
  at.refuse(value.error());
  return std::nullopt;
}

}  // namespace sallyport::config
