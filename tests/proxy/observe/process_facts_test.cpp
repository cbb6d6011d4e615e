#include "proxy/observe/process_facts.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

using namespace sallyport::observe;

TEST_CASE("the process sees its own memory, time and descriptors") {
  const auto before = process_facts_now();
  REQUIRE(before.open_descriptors);
  const int held = ::open("/dev/null", O_RDONLY);
  const auto now = process_facts_now();
  ::close(held);

  CHECK(*now.open_descriptors == *before.open_descriptors + 1);
  CHECK(now.resident_bytes.value_or(0) > 1e6);
  CHECK(now.virtual_bytes.value_or(0) >= now.resident_bytes.value_or(0));
  CHECK(now.cpu_seconds.value_or(-1) >= 0);
  CHECK(now.max_descriptors.value_or(0) >= *now.open_descriptors);
  CHECK(now.start_unix_seconds.value_or(0) > 1.6e9);
}
