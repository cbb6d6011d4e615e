#include "config/nearest.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;

TEST_CASE("the nearest name is found through the usual slips") {
  const std::vector<std::string> names{"providers", "deployments", "models", "teams"};
  CHECK(nearest("provider", names) == "providers");
  CHECK(nearest("modles", names) == "models");
  CHECK(nearest("tems", names) == "teams");
  CHECK(nearest("deploymnets", names) == "deployments");
  CHECK(!nearest("zzz", names));
  CHECK(!nearest("", names));
  CHECK(!nearest(std::string(1000, 'm'), names));
}

TEST_CASE("with nothing near the known names are listed, up to a dozen") {
  CHECK(suggestion("zzz", {"a", "b"}) == "; known are: a, b");
  CHECK(suggestion("zzz", {}) == "");
  CHECK(suggestion("zzz", std::vector<std::string>(20, "name")).ends_with(", ..."));
}
