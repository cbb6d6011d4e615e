#pragma once
/// The HTTP vectors of others, read from where they lie (tests/support/corpora.hpp); empty when they are absent.

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tests {

struct desync_case {
  std::string name;
  std::string tier;    ///< Compliant, Acceptable, Ambiguous or Severe
  std::string bytes;
};

struct llhttp_case {
  std::string title;
  std::string file;
  std::string bytes;
  bool must_fail = false;
  std::string reason;  ///< llhttp's own, of the failure
};

std::vector<desync_case> desync_cases();
/// Those of type "request", which describe the strict parser.
std::vector<llhttp_case> llhttp_requests();

/// The same request with a Host field behind its request line when it has none: few of the vectors have one, and without it each HTTP/1.1
/// request is refused for that alone.
std::string with_host(std::string_view request);

}  // namespace sallyport::tests
