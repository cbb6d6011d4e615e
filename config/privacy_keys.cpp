#include "config/privacy_keys.hpp"

#include "adapters/words/header_list.hpp"

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

value_kind<std::string> name_of_header() {
  auto kind = line_of_text(64);
  const auto read_line = kind.read;
  kind.read = [read_line](const scalar& from) -> parsed<std::string> {
    auto name = read_line(from);
    if (name && !is_token(*name)) return complaint{"is not a header name (RFC 9110: letters, digits and hyphens)"};
    return name;
  };
  return kind;
}

}  // namespace

section<privacy_draft> privacy_keys() {
  using p = privacy_draft;
  return {
      later<p>("detect"),
      later<p>("patterns"),
      later<p>("action"),
      later<p>("raise_to"),
      later<p>("unscanned"),
      later<p>("scan_limit"),
      later<p>("scan_timeout"),
      value_key("attachments", &p::attachments, class_of_data(), "",
                "The least data class of a call with images, files or sound, which nobody looks into. Default: public."),
      value_key("session_header", &p::session_header, name_of_header(), "x-sallyport-session",
                "The request header that names a conversation: once a call of it had a class, no later one of the same team has a lower one."),
      value_key("session_memory", &p::session_memory, duration(1min, 24h * 30), "24h",
                "How long at least that is remembered after the last such call; over a restart too."),
  };
}

privacy_settings made_privacy(const cursor&, const privacy_draft& from) {
  privacy_settings made;
  made.attachments = from.attachments.value_or(made.attachments);
  if (!from.session_header.empty()) made.session_header = from.session_header;
  if (from.session_memory > 0ms) made.session_memory = from.session_memory;
  return made;
}

}  // namespace sallyport::config
