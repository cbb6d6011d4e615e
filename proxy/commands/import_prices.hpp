#pragma once
/// sallyport prices import: a price list of LiteLLM or genai-prices -> a price file of ours.

#include <chrono>
#include <ostream>
#include <string>

namespace sallyport::commands {

struct import_options {
  std::string file;    ///< theirs
  std::string format;  ///< litellm, genai-prices; auto: the text says which
  std::string out;     ///< ours; empty: standard output
  bool force = false;  ///< replace a file that is no price file, or one with many more models
};

/// The file goes to `out` (or options.out), what was skipped and why to `report`. An existing price file is replaced as a whole or not at
/// all, and not by one with more than 10 % fewer models unless forced: a list that was cut off must not take prices away.
/// `today` stands in the version.
int import_prices(const import_options& options, std::chrono::sys_days today, std::ostream& out, std::ostream& report);

}  // namespace sallyport::commands
