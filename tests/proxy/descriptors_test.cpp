#include "proxy/descriptors.hpp"

#include "adapters/words/deployment_class.hpp"
#include "proxy/upstream/transport.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace sallyport;

namespace {

/// The most that can be open at once: every client, a provider's connection for each, and all that is kept.
std::size_t most_open(const descriptor_shares& shares, int workers) {
  return 2 * shares.clients + shares.kept_to_providers * deployment_class_names.size() * static_cast<std::size_t>(workers);
}

}  // namespace

TEST_CASE("whatever the limit, each client that is let in finds a descriptor for its provider, and some are left for the gateway itself") {
  for (const int workers : {1, 2, 8, 64})
    for (std::size_t limit = 128 + 16 * static_cast<std::size_t>(workers); limit < 2'000'000; limit = limit * 5 / 4) {
      CAPTURE(workers);
      CAPTURE(limit);
      const auto shares = share_out(limit, 10'000, workers);
      CHECK(shares.clients >= 1);
      CHECK(shares.kept_to_providers >= 1);
      CHECK(most_open(shares, workers) + 48 <= limit);
    }
}

TEST_CASE("256 descriptors let 76 clients in, and what a large configuration wants is enough for all of it") {
  CHECK(share_out(256, 10'000, 2).clients == 76);
  CHECK(share_out(256, 10, 2).clients == 10);
  const auto shares = share_out(descriptors_wanted(10'000, 8), 10'000, 8);
  CHECK(shares.clients == 10'000);
  CHECK(shares.kept_to_providers >= 100);
  CHECK(share_out(1'000'000, 10'000, 8).kept_to_providers == upstream::kept_connections_max);
}

TEST_CASE("a limit below what the gateway itself needs still lets one client in") {
  CHECK(share_out(0, 10'000, 4).clients == 1);
  CHECK(share_out(20, 0, 4).clients == 1);
  CHECK(share_out(20, 10'000, 4).kept_to_providers == 1);
}

TEST_CASE("the process's limit is raised to what is wanted, no further than the system allows, and never lowered") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit lower{std::min<rlim_t>(200, before.rlim_cur), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &lower) == 0);
  CHECK(raise_descriptor_limit(150) == lower.rlim_cur);
  CHECK(raise_descriptor_limit(210) == std::min<rlim_t>(210, before.rlim_max));
  if (before.rlim_max != RLIM_INFINITY) CHECK(raise_descriptor_limit(before.rlim_max + 1) == before.rlim_max);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}
