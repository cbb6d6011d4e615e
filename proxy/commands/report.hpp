#pragma once
/// sallyport report: what the ledger says of costs and availability. Reads the store beside a running gateway.

#include <string>

namespace sallyport::commands {

struct report_options {
  std::string file;             ///< configuration: it says where the store lies
  std::string kind;             ///< costs or availability
  std::string since = "7d";     ///< a duration
  std::string by = "team";
  bool json = false;
  bool csv = false;
};

int report(const report_options& options);

}  // namespace sallyport::commands
