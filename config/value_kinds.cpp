#include "config/value_kinds.hpp"

#include "config/addresses.hpp"
#include "config/nearest.hpp"
#include "config/references.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr std::size_t secret_bytes_max = 16 * 1024;  // as long as a header value may be

std::string with_pattern(std::string_view pattern) {
  return R"({"type":"string","pattern":"()" + std::string(pattern) + R"()|\\$\\{"})";
}

std::string or_reference(std::string_view schema) {
  return R"({"anyOf":[)" + std::string(schema) + R"(,{"$ref":"#/definitions/reference"}]})";
}

std::string whole_schema(std::string_view least, std::string_view most) {
  return R"({"type":"integer","minimum":)" + std::string(least) + R"(,"maximum":)" + std::string(most) + "}";
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string shown(const scalar& from) { return from.filled ? std::string("its value") : in_quotes(from.text); }

parsed<std::string> checked_line(const scalar& from, std::size_t bytes_max) {
  if (from.text.empty()) return complaint{"is empty; give it a value or remove the key"};
  if (from.text.size() > bytes_max) return complaint{"is longer than " + std::to_string(bytes_max) + " bytes"};
  if (has_control(from.text)) return complaint{"holds a control character or line break; remove it"};
  return from.text;
}

/// The complaint of a reader that sees the text alone, without that text when it came from outside.
template <class T>
parsed<T> hiding(const scalar& from, parsed<T> made, const std::string& wanted) {
  if (made || !from.filled) return made;
  return complaint{"its value is not " + wanted};
}

parsed<written_secret> checked_secret(const scalar& from) {
  // Nothing here may repeat the text.
  const auto line = checked_line(from, secret_bytes_max);
  if (!line) return line.error();
  if (line->front() == ' ' || line->back() == ' ') return complaint{"begins or ends with a space; remove it"};
  return written_secret{secret(*line), true, !from.only_reference};
}

}  // namespace

std::string text_schema() { return R"({"type":["string","number","boolean"]})"; }

value_kind<bool> yes_or_no() { return {"true or false", or_reference(R"({"type":"boolean"})"), boolean_in}; }

value_kind<int> whole_number(int least, int most) {
  const auto read = [=](const scalar& from) -> parsed<int> {
    const auto number = whole_number_in(from, least, most);
    if (!number) return number.error();
    return static_cast<int>(*number);
  };
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  return {"number, " + range, or_reference(whole_schema(std::to_string(least), std::to_string(most))), read};
}

value_kind<std::size_t> count(std::size_t least, std::size_t most) {
  const std::string number = whole_schema(std::to_string(least), std::to_string(most));
  return {"count, as in 500, 10k, 2M", R"({"anyOf":[)" + number + "," + with_pattern("^[0-9]+[kM]?$") + "]}",
          [=](const scalar& from) { return count_in(from, least, most); }};
}

value_kind<milliseconds> duration(milliseconds least, milliseconds most) {
  return {"duration, " + text_of(least) + " to " + text_of(most), with_pattern("^[0-9]+(ms|s|m|h|d)$"),
          [=](const scalar& from) { return duration_in(from, least, most); }};
}

value_kind<std::size_t> byte_size(std::size_t least, std::size_t most) {
  return {"size, " + text_of_bytes(least) + " to " + text_of_bytes(most), with_pattern("^[0-9]+(B|KiB|MiB|GiB)$"),
          [=](const scalar& from) { return byte_size_in(from, least, most); }};
}

value_kind<nano_usd> dollars() {
  return {"USD per million tokens", or_reference(R"({"type":"number","minimum":0,"maximum":1000000})"), dollars_in};
}

value_kind<nano_usd> money() {
  const auto read = [](const scalar& from) -> parsed<nano_usd> {
    const auto amount = dollars_in(from);
    if (amount && *amount == 0) return complaint{"is zero, so that nothing could ever be spent; write an amount of USD above zero"};
    return amount;
  };
  return {"USD", or_reference(R"({"type":"number","exclusiveMinimum":0,"maximum":1000000})"), read};
}

value_kind<rate> amount_in_time() {
  return {"rate, as in 600/min, 10/s, 400k/min", with_pattern("^[0-9]+[kM]?/(s|min|hour|day)$"), rate_in};
}

value_kind<int> percent(int least, int most) {
  return {"percent, as in 80%", with_pattern("^[0-9]+%$"), [=](const scalar& from) { return percent_in(from, least, most); }};
}

value_kind<int> whole_days(int most) {
  return {"days, as in 30d", with_pattern("^[0-9]+d$"), [=](const scalar& from) { return whole_days_in(from, most); }};
}

value_kind<data_class> class_of_data() {
  const std::vector<std::string> names(data_class_names.begin(), data_class_names.end());
  const auto named = one_of(names, "public, internal, confidential or restricted");
  const auto read = [names_read = named.read](const scalar& from) -> parsed<data_class> {
    const auto name = names_read(from);
    if (!name) return name.error();
    return data_class_named(*name).value_or(data_class::restricted);
  };
  return {named.word, named.schema, read};
}

value_kind<nano_usd> dollars_an_hour() {
  auto kind = dollars();
  kind.word = "USD per hour";
  return kind;
}

value_kind<int> percentage(int most_per_cent) {
  return {"percentage, as in 15%", with_pattern("^[0-9]+(\\\\.[0-9]{1,2})?%$"),
          [=](const scalar& from) { return percentage_in(from, most_per_cent); }};
}

value_kind<std::chrono::sys_days> utc_day() {
  return {"day in UTC, as in 2026-01-31", with_pattern("^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$"), utc_day_in};
}

value_kind<std::string> line_of_text(std::size_t bytes_max) {
  return {"text", text_schema(), [=](const scalar& from) { return checked_line(from, bytes_max); }};
}

value_kind<std::string> path_of_file() {
  const auto read = [](const scalar& from) -> parsed<std::string> {
    auto line = checked_line(from, 4096);
    if (!line) return line.error();
    return path_from(from.folder, *line);
  };
  return {"path", text_schema(), read};
}

value_kind<std::string> address_of_store() {
  const auto read = [](const scalar& from) -> parsed<std::string> {
    constexpr std::string_view scheme = "sqlite://";
    const auto line = checked_line(from, 4096);
    if (!line) return line.error();
    if (line->starts_with("postgres://") || line->starts_with("postgresql://"))
      return complaint{"PostgreSQL is not implemented yet in this version; write sqlite:///path/of/state.db"};
    if (!line->starts_with(scheme) || line->size() == scheme.size())
      return complaint{shown(from) + " is not the address of a store; write sqlite:///path/of/state.db"};
    if (line->find_first_of("?#") != std::string::npos)
      return complaint{shown(from) + " has options, which a store's address does not take"};
    return path_from(from.folder, line->substr(scheme.size()));
  };
  return {"address, as in sqlite:///path/of/state.db", with_pattern("^sqlite://.+$"), read};
}

value_kind<socket_address> address_to_listen_on() {
  return {"HOST:PORT", text_schema(), 
          [](const scalar& from) { return hiding(from, socket_address_in(from.text), "HOST:PORT, as in 127.0.0.1:7070"); }};
}

value_kind<base_url> web_address() {
  return {"http(s) address", R"({"type":"string"})", [](const scalar& from) { return base_url_in(from.text); }};
}

value_kind<network> address_range() {
  return {"network, as in 10.0.0.0/8", R"({"type":"string"})", 
          [](const scalar& from) { return hiding(from, network_in(from.text), "a network, as in 10.0.0.0/8"); }};
}

value_kind<std::array<std::uint8_t, 32>> sha256_hash() {
  return {"64 hexadecimal digits", R"({"type":["string","number"]})", sha256_in};
}

value_kind<written_secret> secret_text() {
  return {"secret: a reference", R"({"type":["string","number"]})", checked_secret};
}

value_kind<time_zone> zone_by_name() {
  const auto read = [](const scalar& from) -> parsed<time_zone> {
    if (const auto found = time_zone::named(from.text)) return *found;
    if (from.filled) return complaint{"its value is not a time zone, as in Europe/Paris"};
    const auto& names = time_zone_names();
    if (names.size() == 1) return complaint{"only UTC is known: this machine has no table of time zones; install tzdata"};
    const auto near = nearest(from.text, names);
    const std::string instead = near ? "; did you mean " + in_quotes(*near) + "?" : "; write an IANA name, as in Europe/Paris";
    return complaint{in_quotes(from.text) + " is not a time zone" + instead};
  };
  return {"time zone, as in Europe/Paris", R"({"type":"string"})", read};
}

value_kind<std::string> one_of(std::vector<std::string> words, std::string word_on_page) {
  std::string listed;
  for (const auto& word : words) listed += (listed.empty() ? "\"" : ",\"") + word + "\"";
  const auto read = [words](const scalar& from) -> parsed<std::string> {
    if (std::find(words.begin(), words.end(), from.text) != words.end()) return from.text;
    const std::string name = from.filled ? "its value" : in_quotes(from.text);
    return complaint{name + " is not known here" + suggestion(from.filled ? std::string_view() : from.text, words)};
  };
  return {std::move(word_on_page), or_reference(R"({"enum":[)" + listed + "]}"), read};
}

value_kind<dialect_id> wire_language() {
  const auto names = one_of({dialect_names.begin(), dialect_names.end()}, "dialect");
  const auto read = [names](const scalar& from) -> parsed<dialect_id> {
    const auto name = names.read(from);
    if (!name) return name.error();
    return *dialect_named(*name);
  };
  return {names.word, names.schema, read};
}

value_kind<continuation> way_to_go_on() {
  const auto names = one_of({continuation_names.begin(), continuation_names.end()}, "way to go on");
  const auto read = [names](const scalar& from) -> parsed<continuation> {
    const auto name = names.read(from);
    if (!name) return name.error();
    return static_cast<continuation>(std::find(continuation_names.begin(), continuation_names.end(), *name) - continuation_names.begin());
  };
  return {names.word, names.schema, read};
}

}  // namespace sallyport::config
