#include "adapters/retry_after.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
const std::chrono::system_clock::time_point wall{784111777s};

std::optional<std::chrono::milliseconds> told(std::initializer_list<std::pair<const char*, const char*>> fields,
                                              std::optional<std::chrono::milliseconds> in_body = {}) {
  header_list headers;
  for (const auto& [name, value] : fields) headers.add_if_fit(name, value);
  return retry_after(headers, in_body, wall);
}

}  // namespace

TEST_CASE("seconds, milliseconds, dates and the body are read") {
  CHECK(told({{"Retry-After", "7"}}) == 7s);
  CHECK(told({{"retry-after", "1.5"}}) == 1500ms);
  CHECK(told({{"Retry-After-Ms", "2500"}}) == 2500ms);
  CHECK(told({{"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}}) == 60s);
  CHECK(told({}, 48s) == 48s);
  CHECK_FALSE(told({}));
}

TEST_CASE("the later of several wins") {
  CHECK(told({{"retry-after", "2"}, {"retry-after-ms", "5000"}}) == 5s);
  CHECK(told({{"retry-after", "9"}}, 3s) == 9s);
  // As Azure sends it.
  CHECK(told({{"Retry-After", "1"}, {"Retry-After-Ms", "0"}}) == 1s);
}

TEST_CASE("what is told stays between a second and five minutes") {
  CHECK(told({{"retry-after", "0"}}) == 1s);
  CHECK(told({{"retry-after", "86400"}}) == 5min);
  CHECK(told({{"retry-after", "1e300"}}) == 5min);
  CHECK(told({{"retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"}}) == 1s);
  CHECK(told({{"retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"}}) == 5min);
  CHECK(told({}, 24h) == 5min);
}

TEST_CASE("what is no time is no time") {
  for (const char* value : {"", "-1", "soon", "5s", "5 ", "inf", "nan", "0x10", "Sun, 06 Foo 1994 08:50:37 GMT",
                            "Sun, 31 Feb 1994 08:50:37 GMT",
                            "Sun, 06 Nov 1994 24:50:37 GMT", "Sun, 06 Nov 1994 08:50:37 CET", "Sun, -6 Nov 1994 08:50:37 GMT"}) {
    CAPTURE(value);
    CHECK_FALSE(told({{"retry-after", value}}));
  }
}
