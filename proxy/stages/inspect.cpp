#include "proxy/stages/inspect.hpp"

#include <algorithm>

namespace sallyport::stages {
namespace {

using policy::privacy::scan_gap;

/// A reader that has read more than this gives its memory back.
constexpr std::size_t reader_keeps_bytes = 256 * 1024;

std::string_view word_for(scan_gap gap) {
  switch (gap) {
    case scan_gap::too_large: return "more text than privacy.scan_limit";
    case scan_gap::expired: return "text not looked through within privacy.scan_timeout";
    case scan_gap::out_of_memory: return "text too costly to look through";
    case scan_gap::none: break;
  }
  return {};
}

/// Whether a find could still change anything.
bool could_raise(const config::privacy_settings& how, const facts& known) {
  return how.action == config::found_data::refuse || known.sensitivity < std::max(how.raise_to, how.unscanned);
}

result<void> look_through(const config::privacy_settings& how, const policy::privacy::detectors& with, const call_text& read,
                          const std::function<bool()>& expired, facts& known, std::string& rule) {
  const auto seen = with.scan(read.texts(), {.bytes = how.scan_limit, .expired = expired});
  if (!seen.found.empty()) {
    const auto name = "detector " + std::string(with.name(seen.found.front()));
    if (how.action == config::found_data::refuse) {
      rule = name;
      return fail_with(failure_kind::protected_content, "The request holds data that the " + name +
                                                            " knows, and this gateway may not pass such data on. Remove it and send the request again.");
    }
    known.raise(how.raise_to, name);
  }
  if (!seen.is_complete()) known.raise(how.unscanned, word_for(seen.overlooked));
  if (read.is_opaque()) known.raise(how.unscanned, "a prompt of tokens");
  return {};
}

}  // namespace

lookout lookout_of(const config::privacy_settings& how) {
  lookout made{.detectors = nullptr, .wanted = !how.detect.empty() || !how.patterns.empty()};
  if (!made.wanted) return made;
  std::vector<policy::privacy::own_pattern> own;
  for (const auto& one : how.patterns) own.push_back({one.name, one.regex});
  auto detectors = policy::privacy::detectors::make(how.detect, std::move(own));
  if (detectors.has_value()) made.detectors = std::move(*detectors);
  return made;
}

result<void> inspect(const call& asked, const config::privacy_settings& how, const lookout& with, call_text& reader,
                     const std::function<bool()>& expired, facts& known, std::string& rule) {
  const bool by_text = with.wanted && could_raise(how, known);
  const bool by_attachment = known.sensitivity < how.attachments;
  if (!by_text && !by_attachment) return {};
  const bool unread = reader.read(asked.asks, asked.body).has_value();
  if (!unread && reader.has_attachments()) known.raise(how.attachments, "attachment");
  if (unread) known.raise(std::max(by_text ? how.unscanned : data_class::public_, how.attachments), "text that could not be read");
  result<void> looked = {};
  if (by_text && !unread && with.detectors) looked = look_through(how, *with.detectors, reader, expired, known, rule);
  if (by_text && !with.detectors) known.raise(how.unscanned, "detectors that could not be made");
  if (asked.body.size() > reader_keeps_bytes) reader.forget();
  return looked;
}

}  // namespace sallyport::stages
