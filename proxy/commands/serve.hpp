#pragma once
/// sallyport serve: runs the gateway until a signal ends it.

#include <string>

namespace sallyport::commands {

struct serve_options {
  std::string file;        ///< configuration
  std::string log_level = "info";
  bool core_dumps = false;   ///< leave the system's limit of core dumps as it is
  bool take_over = false;    ///< from the gateway that runs with this state folder
  std::string log_format;  ///< json or text; empty: text on a terminal, else JSON
};

/// SIGHUP reloads, SIGTERM and SIGINT drain (exit 0), a second one ends at once.
int serve(const serve_options& options);

}  // namespace sallyport::commands
