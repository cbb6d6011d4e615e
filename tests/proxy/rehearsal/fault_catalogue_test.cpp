#include "proxy/rehearsal/fault_catalogue.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sallyport::rehearsal;
using namespace std::chrono_literals;

TEST_CASE("a name without a mark behaves well") {
  const auto asked = conduct_of("org/some-model:free");

  REQUIRE(asked.has_value());
  CHECK_FALSE(asked->has_faults());
}

TEST_CASE("several faults, with and without values, are read from one name") {
  const auto asked = conduct_of("m!status=503!first=2!retry_after!slow_head=20ms!huge_event=15MiB!for=2m!stall_for=1s");

  REQUIRE(asked.has_value());
  CHECK(asked->value(fault_kind::status) == 503);
  CHECK(asked->value(fault_kind::first) == 2);
  CHECK(asked->value(fault_kind::retry_after) == 2);
  CHECK(asked->time(fault_kind::slow_head) == 20ms);
  CHECK(asked->value(fault_kind::huge_event) == 15 << 20);
  CHECK(asked->time(fault_kind::for_) == 2min);
  CHECK(asked->time(fault_kind::stall_for) == 1s);
  CHECK_FALSE(asked->has(fault_kind::cut_after));
}

TEST_CASE("an unknown fault or a bad value is refused with a sentence that names it") {
  for (const std::string bad : {"m!nonsense", "m!", "m!status=abc", "m!status=99", "m!pace=20", "m!pace=20h", "m!pace=11m",
                                "m!first=-1", "m!no_done=1", "m!huge_event=1GiB", "m!huge_event=65MiB", "m!tokens=100001", "m!first="}) {
    CAPTURE(bad);
    const auto asked = conduct_of(bad);
    REQUIRE_FALSE(asked.has_value());
    CHECK(asked.error().kind == sallyport::failure_kind::invalid_request);
    CHECK(asked.error().sentence.find(bad.substr(2)) != std::string::npos);
  }
}

TEST_CASE("conditions say which requests of a name are faulty") {
  const auto twice = *conduct_of("m!status!first=2");
  const auto third = *conduct_of("m!status!every=3");
  const auto minute = *conduct_of("m!status!for=1m");

  const auto flapping = *conduct_of("m!status!flap=2s");

  CHECK(flapping.plays(1, 1'999ms));
  CHECK_FALSE(flapping.plays(2, 2'000ms));
  CHECK_FALSE(flapping.plays(3, 3'999ms));
  CHECK(flapping.plays(4, 4'000ms));
  CHECK_FALSE(conduct_of("m!status!flap=0s")->plays(1, 0ms));
  CHECK(twice.plays(2, 0ms));
  CHECK_FALSE(twice.plays(3, 0ms));
  CHECK_FALSE(third.plays(2, 0ms));
  CHECK(third.plays(6, 0ms));
  CHECK(minute.plays(1'000, 59'999ms));
  CHECK_FALSE(minute.plays(1'001, 60'000ms));
}

TEST_CASE("while the faults rest the answer's shape stays") {
  const auto well = conduct_of("m!status!tokens=7!pace=1ms!first=1")->well_behaved();

  CHECK(well.value(fault_kind::tokens) == 7);
  CHECK(well.has(fault_kind::pace));
  CHECK_FALSE(well.has(fault_kind::status));
  CHECK_FALSE(well.has(fault_kind::first));
}

TEST_CASE("each row has a name of its own, a sentence and a default that its own form takes") {
  std::set<std::string_view> names;
  for (const fault_row& row : fault_catalogue()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.sentence.ends_with('.'));
    const auto asked = conduct_of("m!" + std::string(row.name));
    REQUIRE(asked.has_value());
    CHECK(asked->has(row.kind));
  }
  CHECK(names.size() == fault_kind_count);
}
