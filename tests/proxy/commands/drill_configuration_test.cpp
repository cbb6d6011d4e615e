#include "proxy/commands/drill_configuration.hpp"

#include <doctest/doctest.h>

using namespace sallyport::commands;
using sallyport::config::problem;

namespace {

problem at(std::string path, const std::string& variable) {
  return {.file = "f", .path = std::move(path), .sentence = "variable " + variable + " is not set; set it"};
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("a variable that is not set needs no value where it is a credential alone") {
  for (const std::string path : {"providers.openai.key", "providers.openai.keys[1]", "providers.a.b.key",
                                 "providers.openai.headers.x-api-key", "teams.search.keys[0].value", "admin.token"}) {
    CAPTURE(path);
    CHECK(unset_credentials({"K"}, {at(path, "K")}) == names{"K"});
    CHECK(unset_credentials({"K"}, {at(path, "K"), at("listen.address", "K")}).empty());
    CHECK(unset_credentials({"K"}, {at(path, "KK")}).empty());
  }
  CHECK(unset_credentials({"A", "B", "C"}, {at("providers.x.key", "C"), at("providers.y.key", "A")}) == names{"A", "C"});
}

TEST_CASE("any other place keeps its problem") {
  for (const std::string path : {"providers.openai.base_url", "listen.tls.key", "teams.search.keys[0].sha256", "deployments.x.model",
                                 "state.store"}) {
    CAPTURE(path);
    CHECK(unset_credentials({"K"}, {at(path, "K")}).empty());
  }
  CHECK(unset_credentials({"K"}, {{.file = "f", .path = "providers.x.key", .sentence = "is a secret written into the file"}}).empty());
}
