#include "proxy/stages/classify.hpp"

#include "proxy/stages/exchange.hpp"
#include "proxy/stages/inspect.hpp"
#include "proxy/stages/tags.hpp"


namespace sallyport::stages {
namespace {

constexpr std::size_t session_bytes_max = 1024;

/// The header may stand several times: a proxy on the way may have added one, and none of them lowers another.
void raise_by_label(const header_list& headers, facts& known) {
  for (const auto& [name, value] : headers)
    if (same_name(name, "x-sallyport-data-class")) known.raise(label_of(value), "header x-sallyport-data-class");
}

/// Several fields are one list (RFC 9110 section 5.3).
std::string joined_fields(const header_list& headers, std::string_view wanted) {
  std::string joined;
  for (const auto& [name, value] : headers)
    if (same_name(name, wanted) && !value.empty()) joined.append(joined.empty() ? "" : ",").append(value);
  return joined;
}

result<void> read_tags(exchange& x) {
  const auto written = joined_fields(x.head.headers, "x-sallyport-tags");
  if (written.empty()) return {};
  auto tags = tags_in(written);
  if (tags.has_error()) return std::move(tags).error();
  x.known.tags = std::move(*tags);
  return {};
}

result<void> read_session(exchange& x) {
  const auto& header = x.of->settings->privacy.session_header;
  x.session = joined_fields(x.head.headers, header);
  if (x.session.size() > session_bytes_max)
    return fail_with(failure_kind::invalid_request, "The header " + header + " is longer than 1024 bytes.");
  x.known.raise(x.with.sessions.reached(x.known.team, x.session), "conversation");
  return {};
}

}  // namespace

void raise_to_floors(const caller& who, facts& known) {
  if (who.team) known.raise(who.team->floor, "floor of team " + who.team->name);
  if (who.key) known.raise(who.key->floor, "floor of key " + who.key->name);
}

void take_call(const call& asked, facts& known) {
  known.model = asked.model;
  known.asks = asked.asks;
  known.prompt_tokens = asked.prompt_tokens_estimate;
  known.max_tokens = asked.max_tokens;
  known.stream = asked.stream;
  known.has_tools = asked.has_tools;
  known.has_images = asked.has_images;
}

result<void> classify(exchange& x) {
  take_call(x.asked, x.known);
  raise_to_floors(x.who, x.known);
  raise_by_label(x.head.headers, x.known);
  if (auto read = read_session(x); read.has_error()) return read;
  if (auto read = read_tags(x); read.has_error()) return read;
  const auto& privacy = x.of->settings->privacy;
  const auto& time = x.with.time;
  const auto until = time.now() + privacy.scan_timeout;
  return inspect(x.asked, privacy, x.of->guards, x.with.texts, [&time, until] { return time.now() >= until; }, x.known, x.denied_by);
}

}  // namespace sallyport::stages
