#pragma once
/// sallyport demo: a whole gateway over three built-in upstreams, one of each class.

#include <cstdint>
#include <string>

namespace sallyport::commands {

struct demo_options {
  std::string breaks;            ///< managed, hosted or in_house: kill it in the middle of a run; empty: serve until a signal
  int requests = 200;            ///< of a run with `breaks`
  std::uint16_t api_port = 7070; ///< 0: any
  std::uint16_t admin_port = 7071;
};

int run_demo(const demo_options& options);

}  // namespace sallyport::commands
