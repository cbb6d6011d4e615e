#pragma once
/// `privacy`: how the data class of a call is found out, beside floors and labels.

#include "config/key_table.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace sallyport::config {

struct pattern_draft {
  std::string name;
  std::string regex;
};

struct privacy_draft {
  std::vector<located<std::string>> detect;
  std::vector<located<pattern_draft>> patterns;
  std::string action;
  std::optional<data_class> raise_to;
  std::optional<data_class> unscanned;
  std::optional<data_class> attachments;
  std::size_t scan_limit = 0;
  milliseconds scan_timeout{};
  std::string session_header;
  milliseconds session_memory{};
};

section<privacy_draft> privacy_keys();
privacy_settings made_privacy(const cursor& at, const privacy_draft& from);

}  // namespace sallyport::config
